import { sentenceOf, type Fault } from './build/fault'

/** The three HTML pages of the phone: the frame, the bare screen, and what is wrong when it cannot be built. */

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** JSON inside a script element. */
const embedded = (value: unknown): string => JSON.stringify(value).replace(/</g, '\\u003c')

const only = (query: URLSearchParams, names: string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (query.get(name) ? [[name, query.get(name) ?? '']] : [])))

/** The screen alone, as wide as its window. An app without dark mode is light on every phone. */
export function appPage(query: URLSearchParams, darkmode: boolean): string {
  const settings = only(query, ['openid', 'theme', 'lang', 'page', 'lib', 'font', 'group'])
  const wanted = darkmode ? settings['theme'] : 'light'
  const theme = wanted ? `?theme=${encodeURIComponent(wanted)}` : ''
  return `<!doctype html>
<html lang="${settings['lang']?.startsWith('en') ? 'en' : 'zh-CN'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>Mini Program</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/phone/runtime.css">
<link rel="stylesheet" href="/phone/app.css${escaped(theme)}" id="app-css">
<script>
const settings = ${embedded(settings)}
settings.world = fetch('/_emulator/world').then((reply) => reply.json())
</script>
<script defer src="/phone/runtime.js"></script>
<script defer src="/phone/app.js"></script>
</head>
<body>
<script>
addEventListener('DOMContentLoaded', () => __hongyanPhone.boot({ settings }))
</script>
</body>
</html>
`
}

/** The screen in a phone's body. */
export function framePage(query: URLSearchParams): string {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(query.get('openid') ?? 'Phone')}</title>
<link rel="icon" href="data:,">
<style>
html { height: 100%; color-scheme: light dark; }
body { display: grid; place-items: center; min-height: 100%; margin: 0; background: light-dark(#eef0f2, #0d0f11); }
.body { position: relative; margin: 16px; padding: 12px; border-radius: 58px; background: #0b0b0d;
  box-shadow: inset 0 0 0 2px #3a3a3f, 0 0 0 1px #000, 0 24px 60px rgb(0 0 0 / 28%); }
.body::before, .body::after { content: ''; position: absolute; width: 3px; border-radius: 2px; background: #26262a; }
.body::before { left: -3px; top: 168px; height: 56px; box-shadow: 0 76px #26262a, 0 -62px #26262a; }
.body::after { right: -3px; top: 200px; height: 92px; }
iframe { display: block; width: 375px; height: 812px; border: 0; border-radius: 46px; background: #ededed; }
.island { position: absolute; z-index: 1; top: 23px; left: 50%; width: 104px; height: 29px; border-radius: 15px; background: #000; transform: translateX(-50%); pointer-events: none; }
</style>
</head>
<body>
<div class="body"><i class="island"></i><iframe title="Mini Program" src="/phone/app?${escaped(query.toString())}" allow="clipboard-write"></iframe></div>
</body>
</html>
`
}

/** What is wrong and where, on the phone's own screen. */
export function faultPage(faults: Fault[]): string {
  const rows = faults.map((fault) => {
    const place = sentenceOf({ ...fault, message: '' }).trim()
    return `<li><code>${escaped(place)}</code><p>${escaped(fault.message)}</p></li>`
  })
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mini Program: build failed</title>
<style>
:root { color-scheme: light dark; font: 15px/1.6 -apple-system, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Open Sans', sans-serif; }
body { margin: 0; padding: 72px 24px 40px; background: light-dark(#fff, #191919); color: light-dark(#1a1a1a, #e6e6e6); }
h1 { margin: 0 0 4px; font-size: 20px; }
ol { margin: 20px 0; padding: 0; list-style: none; }
li { padding: 14px 16px; margin-bottom: 10px; border-left: 3px solid #e5484d; border-radius: 4px; background: light-dark(#fdf1f1, #2a1d1e); }
code { font: 600 13px ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
p { margin: 4px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }
small { color: light-dark(#666, #a0a0a0); }
</style>
</head>
<body>
<h1>小程序无法编译</h1>
<small>The Mini Program cannot be built. Correct the file and reload.</small>
<ol role="alert">${rows.join('\n')}</ol>
</body>
</html>
`
}
