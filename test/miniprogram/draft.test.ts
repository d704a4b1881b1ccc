import { changeOf, draftOf, rebased } from '../../miniprogram/pages/preferences/draft'
import type { Preferences } from '../../core/contract'

const saved: Preferences = {
  language: 'zh_CN',
  quiet: { from: '22:00', to: '07:00', zone: 'Asia/Shanghai' },
  muted: ['queue-call'],
}
const draft = draftOf(saved, 'Asia/Tokyo')

test('what was just read is no change', () => {
  expect(changeOf(saved, draft)).toBeNull()
  const none = { ...saved, quiet: null }
  expect(changeOf(none, draftOf(none, 'Asia/Tokyo'))).toBeNull()
})

test('only what differs is sent', () => {
  expect(changeOf(saved, { ...draft, language: 'en_US' })).toEqual({ language: 'en_US' })
  expect(changeOf(saved, { ...draft, to: '06:00' })).toEqual({
    quiet: { from: '22:00', to: '06:00', zone: 'Asia/Shanghai' },
  })
  expect(changeOf(saved, { ...draft, muted: ['order-shipped'] })).toEqual({
    mute: ['order-shipped'],
    unmute: ['queue-call'],
  })
})

test('hours that are off are sent as none, and their times are kept', () => {
  const off = { ...draft, isQuiet: false }
  expect(changeOf(saved, off)).toEqual({ quiet: null })
  expect(rebased(off, off, { ...saved, quiet: null })).toEqual(off)
})

test('what the service made of it takes the place of what was sent, and not of what came after', () => {
  const sent = { ...draft, language: 'en_US' as const, muted: ['order-shipped'] }
  const later = { ...sent, from: '23:00' }
  const stored: Preferences = { ...saved, language: 'zh_HK', muted: [] }
  expect(rebased(later, sent, stored)).toEqual({ ...later, language: 'zh_HK', muted: [] })
})

test('a service that ignores a change ends the saving', () => {
  const sent = { ...draft, muted: [...draft.muted, 'gone'] }
  expect(changeOf(saved, rebased(sent, sent, saved))).toBeNull()
})
