/** The group that the person came from, as far as WeChat tells. */

/** A card in a group, one with its shareTicket, and a group tool (WeChat's list of scenes). */
const GROUP_SCENES = [1008, 1044, 1158]

function enterOptions(): { scene?: number; shareTicket?: string } {
  // Phones before 2.9.4 know how they were launched, not how they were entered since.
  return wx.getEnterOptionsSync ? wx.getEnterOptionsSync() : wx.getLaunchOptionsSync()
}

export const enteredGroup = (): boolean => GROUP_SCENES.includes(enterOptions().scene ?? 0)

/** The cloudID of the group; undefined where WeChat gives none. Rejects with what WeChat says. */
export const groupCloudID = (): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const success = ({ cloudID }: { cloudID?: string }) => resolve(cloudID)
    const { shareTicket = '' } = enterOptions()
    // Neither of the two gives a promise on every phone.
    if (wx.getGroupEnterInfo) wx.getGroupEnterInfo({ success, fail: reject })
    else wx.getShareInfo({ shareTicket, success, fail: reject })
  })

/** WeChat's reason without the name of the API. */
export const reasonOf = (errMsg: string): string => errMsg.replace(/^\w+:fail:? ?/, '')
