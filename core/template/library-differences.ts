/** What can differ between a template file and WeChat's list: one row each, with what to do. */
import type { Difference, DifferenceKind } from '../contract'
import { fill, type Lang, type Sentence } from '../sentences'

/** A difference before it is put into words. */
export interface FoundDifference {
  kind: DifferenceKind
  facts: Record<string, unknown>
}

export interface DifferenceRow {
  severity: Difference['severity']
  says: Sentence
  todo: Sentence
  source: string
}

const S3 = 'wechat.md §3'
const editFile: Sentence = {
  zh: '把模板文件里的关键词改成 {keyword}，重新部署',
  en: 'Make the keyword {keyword} in the template file, and deploy',
}

export const differenceRows: Readonly<Record<DifferenceKind, DifferenceRow>> = {
  'no-id': {
    severity: 'warning',
    says: {
      zh: '模板文件没有小程序 {appid} 的模板 id，用户看不到它',
      en: 'The file has no template id for the Mini Program {appid}: nobody is offered it',
    },
    todo: {
      zh: '运行 hongyan templates push，或在后台选用模板后把 id 写进 templateIds',
      en: 'Run hongyan templates push, or choose it in the mp backend and put its id into templateIds',
    },
    source: S3,
  },
  'missing-at-wechat': {
    severity: 'error',
    says: {
      zh: '微信没有模板 {templateId}，发送会得到 40037',
      en: 'WeChat has no template {templateId}: sending is answered 40037',
    },
    todo: {
      zh: '运行 hongyan templates push 重新添加，或在后台恢复它，再改 templateIds',
      en: 'Add it again with hongyan templates push, or restore it in the mp backend and correct templateIds',
    },
    source: `${S3}; wechat.md §1.3 40037`,
  },
  'missing-here': {
    severity: 'warning',
    says: {
      zh: '微信有模板“{title}”（{templateId}），这里没有它的文件',
      en: 'WeChat has the template "{title}" ({templateId}); no file is for it',
    },
    todo: {
      zh: '运行 hongyan templates pull 生成文件；不用的话用 hongyan templates remove 删除',
      en: 'Write its file with hongyan templates pull, or delete it with hongyan templates remove',
    },
    source: S3,
  },
  kind: {
    severity: 'error',
    says: {
      zh: '种类不同：文件写 {here}，微信是 {there}',
      en: 'Of another kind: the file says {here}, WeChat {there}',
    },
    todo: {
      zh: '把模板文件的 kind 改成 {there}，重新部署：次数的算法不同',
      en: 'Make kind {there} in the file and deploy: grants are counted otherwise',
    },
    source: `${S3}: type 2 is one-time, 3 long-term`,
  },
  title: {
    severity: 'warning',
    says: {
      zh: '标题不同：文件写“{here}”，微信是“{there}”',
      en: 'Another title: the file says "{here}", WeChat "{there}"',
    },
    todo: {
      zh: '把模板文件的 title 改成微信的：弹窗和卡片上显示的是它',
      en: "Take WeChat's title into the file: it is what prompts and cards show",
    },
    source: S3,
  },
  'keyword-renumbered': {
    severity: 'error',
    says: {
      zh: '“{label}”的编号变了：文件写 {here}，微信是 {keyword}；发送会得到 47003',
      en: '"{label}" was renumbered: {here} in the file, {keyword} at WeChat; sending is answered 47003',
    },
    todo: editFile,
    source: `${S3}; wechat.md §12.9: keys are renumbered when a template is added again`,
  },
  'keyword-retyped': {
    severity: 'error',
    says: {
      zh: '“{label}”的类型变了：文件写 {here}，微信是 {keyword}；发送会得到 47003',
      en: '"{label}" is of another type: {here} in the file, {keyword} at WeChat; sending is answered 47003',
    },
    todo: {
      zh: '把关键词改成 {keyword}，并让它的内容符合这个类型的规则，重新部署',
      en: 'Make the keyword {keyword}, let its text keep the rule of that type, and deploy',
    },
    source: `${S3}; wechat.md §2`,
  },
  'keyword-unknown': {
    severity: 'error',
    says: {
      zh: '微信的模板没有关键词 {here}（“{label}”）',
      en: 'The template at WeChat has no keyword {here} ("{label}")',
    },
    todo: {
      zh: '从模板文件里去掉它，重新部署',
      en: 'Take it out of the template file, and deploy',
    },
    source: `${S3}; wechat.md §2: keys are exactly those of the template`,
  },
  'keyword-missing': {
    severity: 'error',
    says: {
      zh: '模板文件缺少关键词 {keyword}（“{label}”）；发送会得到 47003',
      en: 'The file lacks the keyword {keyword} ("{label}"): sending is answered 47003',
    },
    todo: {
      zh: '在模板文件里加上它，重新部署',
      en: 'Add it to the template file, and deploy',
    },
    source: `${S3}; wechat.md §2: a missing key is 47003`,
  },
  label: {
    severity: 'warning',
    says: {
      zh: '{keyword} 的名称不同：文件写“{here}”，微信是“{there}”',
      en: '{keyword} has another label: "{here}" in the file, "{there}" at WeChat',
    },
    todo: {
      zh: '确认内容没有放错位置，再把 label 改成微信的',
      en: "Make sure that its text belongs there, then take WeChat's label",
    },
    source: S3,
  },
  'values-gone': {
    severity: 'error',
    says: {
      zh: '{keyword} 的这些值微信不再接受：{values}',
      en: 'WeChat no longer takes these values of {keyword}: {values}',
    },
    todo: {
      zh: '从 values 里去掉，重新部署；微信现在接受：{there}',
      en: 'Take them out of values, and deploy; WeChat takes: {there}',
    },
    source: `${S3} keywordEnumValueList`,
  },
  'values-new': {
    severity: 'warning',
    says: {
      zh: '{keyword} 在微信多了这些值：{values}',
      en: 'WeChat takes more values of {keyword}: {values}',
    },
    todo: { zh: '需要时加进 values', en: 'Add to values what you need' },
    source: `${S3} keywordEnumValueList`,
  },
  'category-gone': {
    severity: 'warning',
    says: {
      zh: '账号不再有这个模板的类目 {category}；微信会停用它',
      en: 'The account no longer has the category {category} of this template: WeChat withdraws it',
    },
    todo: {
      zh: '在小程序后台重新添加这个服务类目，或换一个模板。现有类目：{there}',
      en: 'Add that service category in the mp backend again, or take another template. There are: {there}',
    },
    source: `${S3} getCategory`,
  },
  limit: {
    severity: 'warning',
    says: {
      zh: '账号已有 {count} 个模板；旧文档的上限是 {documented} 个，常说的是 {most} 个',
      en: 'The account has {count} templates; older documents allow {documented}, {most} is often named',
    },
    todo: {
      zh: '再添加前删除不用的模板（hongyan templates remove），满了会得到 200012',
      en: 'Delete what is not used (hongyan templates remove) before adding; full is answered 200012',
    },
    source: `${S3}: 25 in an older table; the number of today UNVERIFIED`,
  },
}

/** How many templates an account may have: the documented number is old, the other one unverified (wechat.md §13.9). */
export const TEMPLATE_LIMIT = { documented: 25, most: 50 } as const

export function worded({ kind, facts }: FoundDifference, lang: Lang): Difference {
  const { severity, says, todo } = differenceRows[kind]
  return { kind, severity, message: fill(says, lang, facts), todo: fill(todo, lang, facts) }
}
