/** What is written and not saved yet, kept on the phone: closing WeChat loses nothing. */
import type { Draft } from './draft'
import type { Saved } from './saving'

export interface Kept {
  draft: Draft
  /** The draft on the service that it is an edit of. */
  saved: Saved | null
}

const keyOf = (campaign: string) => `compose:${campaign || 'new'}`

export function readKept(campaign: string): Kept | null {
  const stored: unknown = wx.getStorageSync(keyOf(campaign))
  // An older version of the page may have kept less.
  const isKept = typeof stored === 'object' && stored !== null && 'draft' in stored && 'saved' in stored
  return isKept ? (stored as Kept) : null
}

export function keep(campaign: string, kept: Kept): void {
  try {
    wx.setStorageSync(keyOf(campaign), kept)
  } catch (error) {
    // A full storage: it is on the page all the same, it only does not outlive it.
    console.warn('setStorage', error)
  }
}

export const forget = (campaign: string): void => wx.removeStorageSync(keyOf(campaign))
