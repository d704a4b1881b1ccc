/** What WeChat refuses of an open API, as a refusal that tells what to do. */
import { ServiceError } from '../errors'
import { meaningOf, todoOf } from './answers'

/** WECHAT_REFUSED: which API (`addTemplate`), the errcode, and WeChat's own text. */
export const refusal = (api: string, errcode: number, text: string): ServiceError =>
  new ServiceError('WECHAT_REFUSED', {
    api,
    errcode,
    text,
    meaning: meaningOf(errcode),
    todo: todoOf(errcode),
  })
