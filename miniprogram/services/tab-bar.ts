import { wordsOf } from '../words/words'

/** app.json knows one language; the tabs are named in the phone's when a tab page opens. */
export function nameTabs(): void {
  const texts = [wordsOf('subscriptions').tab, wordsOf('messages').tab]
  texts.forEach((text, index) => void wx.setTabBarItem({ index, text }))
}
