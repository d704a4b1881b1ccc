/** The language of the phone: Chinese, or English for everything else. */
import { appInfo } from '../services/device'

export type Lang = 'zh' | 'en'

/** The same texts in both languages: a word that one of them lacks does not compile. */
export type Both<W> = Record<Lang, W>

export const phoneLang = (): Lang =>
  (appInfo().language ?? 'zh_CN').toLowerCase().startsWith('zh') ? 'zh' : 'en'

export const inPhoneLanguage = <W>(both: Both<W>): W => both[phoneLang()]

/** Fills `{name}`. */
export const fill = (text: string, facts: Record<string, string | number>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole))
