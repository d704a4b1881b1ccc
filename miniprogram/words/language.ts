/** The language of the phone: Chinese, or English for everything else. */
export type Lang = 'zh' | 'en'

export const phoneLang = (): Lang =>
  wx.getAppBaseInfo().language.toLowerCase().startsWith('zh') ? 'zh' : 'en'

/** Fills `{name}`. */
export const fill = (text: string, facts: Record<string, string | number>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole))
