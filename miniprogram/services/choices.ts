/** What the person has settled in WeChat's own settings. */
export interface Choices {
  mainSwitch: boolean
  /** Standing choices by template id; only those for which "always keep" was ticked. */
  kept: Record<string, string>
}

/** Nothing is known: as if nothing was settled. */
export const noChoices: Choices = { mainSwitch: true, kept: {} }

/** Reads them (base library 2.10.1). Where that is not possible, nothing is known. */
export async function readChoices(): Promise<Choices> {
  try {
    const { subscriptionsSetting } = await wx.getSetting({ withSubscriptions: true })
    // Old clients give no such setting; what the typings promise is not always there.
    const setting: Partial<typeof subscriptionsSetting> | undefined = subscriptionsSetting
    return {
      mainSwitch: setting?.mainSwitch ?? true,
      kept: (setting?.itemSettings ?? {}) as Record<string, string>,
    }
  } catch (error) {
    console.warn('getSetting', error)
    return noChoices
  }
}

/** Opens WeChat's settings; only in a tap. False where this phone cannot, so that somebody can say it. */
export async function openSettings(): Promise<boolean> {
  try {
    await wx.openSetting({ withSubscriptions: true })
    return true
  } catch (error) {
    console.warn('openSetting', error)
    return false
  }
}
