import { isAtLeast } from '../library'
import type { Phone } from '../phone'
import { type Api, ApiFailure, asyncApi, isRecord } from './api'

/** A card in a group that was shared with a shareTicket (WeChat's list of scenes). */
const GROUP_CARD = 1044
const MAIN_ENTRY = 1001
/** "Scene error", the page of wx.getGroupEnterInfo. */
const NO_GROUP = 40097
/** From this base library on it knows of cards; before, of group tools alone. */
const KNOWS_CARDS = '2.17.3'

const ticketOf = (group: string): string => `ticket-${group}`

/** How the person came in: what App.onLaunch, App.onShow and the enter options tell. */
export function entryOf(phone: Phone): { scene: number; shareTicket?: string; referrerInfo: object } {
  const { group } = phone.options
  return group === undefined
    ? { scene: MAIN_ENTRY, referrerInfo: {} }
    : { scene: GROUP_CARD, shareTicket: ticketOf(group), referrerInfo: {} }
}

/** What stands for the encrypted data: nothing decrypts it here, the cloudID is the way. */
const SEALED = { encryptedData: 'not-played-use-the-cloudID', iv: 'not-played' }

/** wx.getGroupEnterInfo and wx.getShareInfo: the group that the phone was opened from, by cloudID. */
export function groupApis(phone: Phone): Record<string, Api> {
  const given = async (data: object): Promise<object> => ({
    ...SEALED,
    cloudID: await phone.host.cloudId({ ...data }),
  })
  const enterInfo = asyncApi(phone, 'getGroupEnterInfo', () => {
    const { group, baseLibrary } = phone.options
    if (group === undefined || !isAtLeast(baseLibrary, KNOWS_CARDS))
      throw new ApiFailure('scene error', { errCode: NO_GROUP })
    return given({ opengid: group })
  })
  return {
    // WeChat has no promise for it.
    getGroupEnterInfo: (options) =>
      enterInfo(
        isRecord(options) ? { complete: () => undefined, ...options } : { complete: () => undefined },
      ),
    getShareInfo: asyncApi(phone, 'getShareInfo', ({ shareTicket }) => {
      const { group } = phone.options
      if (group === undefined || shareTicket !== ticketOf(group)) throw new ApiFailure('invalid shareTicket')
      return given({ openGId: group })
    }),
  }
}
