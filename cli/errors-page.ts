/** docs/errors.md, made of the table of explanations. */
import { accounts } from '../core/explain/accounts'
import { cloud } from '../core/explain/cloud'
import { database } from '../core/explain/database'
import type { Explanation } from '../core/explain/explanation'
import { library } from '../core/explain/library'
import { neighbours } from '../core/explain/neighbours'
import { phone } from '../core/explain/phone'
import { resources } from '../core/explain/resources'
import { sending } from '../core/explain/sending'
import { tokens } from '../core/explain/tokens'

const sections: readonly [title: string, rows: readonly Explanation[]][] = [
  ['Messages 发送消息', sending],
  ['Other kinds of messages 其他消息', neighbours],
  ['Access tokens 调用凭据', tokens],
  ['Template management 模板管理', library],
  ['The prompt and wx.cloud on the phone 手机端', phone],
  ['Cloud calls and functions 云调用与云函数', cloud],
  ['The database 数据库', database],
  ['Logins and other APIs 登录与其他接口', accounts],
  ['Environments, files and open data 环境、文件与开放数据', resources],
]

const cell = (text: string): string => text.replaceAll('|', '\\|')
const both = ({ zh, en }: { zh: string; en: string }): string => `${cell(en)}<br>${cell(zh)}`

const rowOf = ({ code, meaning, cause, todo, source }: Explanation): string =>
  `| \`${code}\` | ${both(meaning)} | ${both(cause)} | ${both(todo)} | ${cell(source)} |`

const sectionOf = ([title, rows]: (typeof sections)[number]): string => `## ${title}

| code | meaning 含义 | why 原因 | what to do 处理 | source 出处 |
|---|---|---|---|---|
${rows.map(rowOf).join('\n')}
`

export const errorsPage = (): string => `# Errors in words 错误速查

Every error of WeChat, of CloudBase and of their SDKs that you may meet, with what to do. \`hongyan explain\` finds an
error by its code or by its whole text:

\`\`\`
npx hongyan explain 43101
npx hongyan explain "collection.get:fail -502005 database collection not exists."
\`\`\`

It prints Chinese where the terminal is Chinese, one JSON object with \`--json\`, and exits with 1 where nothing is
known, naming what is near. Sources are sections of the [fact sheets](facts/wechat.md).

How to read a negative code: its first digit tells who speaks (4 the SDK, 5 Tencent Cloud, 6 WeChat), the next two about
what (01 general, 02 database, 03 files, 04 functions).

This page is made of the table in \`core/explain/\`: \`npx hongyan explain --page > docs/errors.md\`.

${sections.map(sectionOf).join('\n')}`
