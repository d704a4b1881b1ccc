/** Template management by cloud call. */
import { UNKNOWN } from '../../core/delivery/errcodes'
import { refusal } from '../../core/explain/refusal'
import type { TemplateLibrary } from '../../core/ports'
import { templateLibrary } from '../open-api/templates'
import type { Cloud } from './cloud'

export const wxTemplates = ({ openapi }: Pick<Cloud, 'openapi'>): TemplateLibrary =>
  templateLibrary(async (api, params) => {
    try {
      // By default the SDK makes `kid_list` of `kidList`, which WeChat then misses (wechat.md §3).
      return await openapi({ convertCase: false }).subscribeMessage[api](params)
    } catch (error) {
      const { errCode, errMsg, message } = (error ?? {}) as {
        errCode?: unknown
        errMsg?: unknown
        message?: unknown
      }
      throw refusal(api, typeof errCode === 'number' ? errCode : UNKNOWN, String(errMsg ?? message ?? error))
    }
  })
