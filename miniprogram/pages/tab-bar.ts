import { inPhoneLanguage } from '../words/language'

const names = {
  zh: ['订阅', '消息', '提醒', '偏好'],
  en: ['Subscribe', 'Messages', 'Reminders', 'Preferences'],
}

/** app.json knows one language; the tabs are named in the phone's when a tab page shows. */
export function nameTabs(): void {
  inPhoneLanguage(names).forEach((text, index) => void wx.setTabBarItem({ index, text }))
}
