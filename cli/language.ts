/** The language of the terminal. */
export const lang: 'zh' | 'en' = /^zh/i.test(process.env['LC_ALL'] ?? process.env['LANG'] ?? '') ? 'zh' : 'en'
