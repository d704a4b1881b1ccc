import type { Answer } from '../host'
import { openSubscribeSheet } from '../overlay/subscribe-sheet'
import { promptIdsOf } from '../library'
import type { Phone } from '../phone'
import { ApiFailure, asyncApi, type Api } from './api'

/** wx.requestSubscribeMessage: the tap, the sheet and what WeChat makes of it (wechat.md §5). */
export function subscribeApis(phone: Phone): Record<string, Api> {
  let isOpen = false
  const request = async (tmplIds: unknown): Promise<Record<string, Answer>> => {
    if (isOpen) throw new ApiFailure('last call has not ended')
    if (!phone.taps.isActive()) {
      phone.warnings.add('NO_TAP', 'wx.requestSubscribeMessage was called outside a tap: a phone refuses it')
      throw new ApiFailure('can only be invoked by user TAP gesture.')
    }
    isOpen = true
    try {
      return await prompt(phone, tmplIds)
    } finally {
      isOpen = false
    }
  }
  return {
    requestSubscribeMessage: asyncApi(phone, 'requestSubscribeMessage', ({ tmplIds }) => request(tmplIds)),
  }
}

async function prompt(phone: Phone, tmplIds: unknown): Promise<Record<string, Answer>> {
  if (!Array.isArray(tmplIds) || !tmplIds.every((id) => typeof id === 'string')) {
    throw new ApiFailure('Invalid template id', { errCode: 10004 })
  }
  const limit = promptIdsOf(phone.options.baseLibrary)
  if (limit === 1 && tmplIds.length > 1)
    throw new ApiFailure('Templates count out of max bounds', { errCode: 20003 })
  if (limit !== undefined && tmplIds.length > limit) {
    const { baseLibrary } = phone.options
    const message = `a prompt for ${tmplIds.length} templates: phones with base library ${baseLibrary} may take ${limit}`
    phone.warnings.add('PROMPT_LIMIT', message)
  }
  const opening = await phone.host.openPrompt(tmplIds).catch(() => {
    throw new ApiFailure('Request list fail', { errCode: 10002 })
  })
  if ('errCode' in opening) {
    throw new ApiFailure(opening.errMsg.replace(/^requestSubscribeMessage:fail /, ''), {
      errCode: opening.errCode,
    })
  }
  const asked = opening.ask.length > 0 ? await openSubscribeSheet(phone, opening.ask) : undefined
  // Without a sheet the standing choices still count: each call adds its grants.
  return phone.host.answerPrompt(tmplIds, asked?.answers ?? {}, asked?.keep ?? false).catch(() => {
    throw new ApiFailure('Request subscribe fail', { errCode: 10003 })
  })
}
