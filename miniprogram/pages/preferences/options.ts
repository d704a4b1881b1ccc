/** What can be chosen, by the names that people know. */
import type { Language } from '../../../core/contract'
import { type Both, inPhoneLanguage } from '../../words/language'

export interface Option<T extends string = string> {
  value: T
  name: string
}

/** Each in itself: who looks for a language reads it. */
export const languages: Option<Language>[] = [
  { value: 'zh_CN', name: '简体中文' },
  { value: 'en_US', name: 'English' },
  { value: 'zh_HK', name: '繁體中文（香港）' },
  { value: 'zh_TW', name: '繁體中文（台灣）' },
]

const zones: [zone: string, name: Both<string>][] = [
  ['Asia/Shanghai', { zh: '中国（北京时间）', en: 'China' }],
  ['Asia/Urumqi', { zh: '新疆时间', en: 'Xinjiang' }],
  ['Asia/Hong_Kong', { zh: '香港', en: 'Hong Kong' }],
  ['Asia/Macau', { zh: '澳门', en: 'Macau' }],
  ['Asia/Taipei', { zh: '台北', en: 'Taipei' }],
  ['Asia/Tokyo', { zh: '东京', en: 'Tokyo' }],
  ['Asia/Seoul', { zh: '首尔', en: 'Seoul' }],
  ['Asia/Singapore', { zh: '新加坡', en: 'Singapore' }],
  ['Asia/Bangkok', { zh: '曼谷', en: 'Bangkok' }],
  ['Asia/Kolkata', { zh: '新德里', en: 'New Delhi' }],
  ['Asia/Dubai', { zh: '迪拜', en: 'Dubai' }],
  ['Europe/Moscow', { zh: '莫斯科', en: 'Moscow' }],
  ['Europe/Paris', { zh: '巴黎、柏林', en: 'Paris, Berlin' }],
  ['Europe/London', { zh: '伦敦', en: 'London' }],
  ['America/New_York', { zh: '纽约', en: 'New York' }],
  ['America/Chicago', { zh: '芝加哥', en: 'Chicago' }],
  ['America/Los_Angeles', { zh: '洛杉矶', en: 'Los Angeles' }],
  ['Australia/Sydney', { zh: '悉尼', en: 'Sydney' }],
  ['Pacific/Auckland', { zh: '奥克兰', en: 'Auckland' }],
]

/** The zones by name; one that is set and not among them (by another tool) stays, by its own name. */
export function zoneOptions(own: string): Option[] {
  const known = zones.map(([value, name]) => ({ value, name: inPhoneLanguage(name) }))
  return known.some(({ value }) => value === own) ? known : [{ value: own, name: own }, ...known]
}

/** Where this phone is, as far as it tells. */
export function phoneZone(): string {
  const own = typeof Intl === 'undefined' ? undefined : Intl.DateTimeFormat().resolvedOptions().timeZone
  return zones.some(([value]) => value === own) && own !== undefined ? own : 'Asia/Shanghai'
}
