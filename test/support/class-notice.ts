/** The class notice, a template message of old, and the formIds that pay for it. */
import type { InputOf } from '../../core/contract'
import type { FormId } from '../../core/formid/formids'
import { ALICE, as, dataOf, type Given } from './service'

export const DAY = 24 * 3_600_000
/** WeChat's ids of the notice, and of the class reminder that goes where it cannot. */
export const NOTICE_ID = 'gN4rTz6Wb1QsXe8Km3Uv5Ja7Lc2Yp9Ho0DfIiMnPqBt'
export const REMINDER_ID = 'mT7bQe2Xc9RfVgYh4Un1Jk6Lo3Zp8As5Dw0ExCrFtHi'
export const lesson = {
  course: '少儿书法',
  teacher: '王老师',
  startsAt: '2026-11-22T09:00',
  endsAt: '2026-11-22T10:30',
  room: '203',
}

let keys = 0
const notice = (over: Partial<InputOf<'send.one'>>): InputOf<'send.one'> => ({
  key: `key-0000000${(keys += 1)}`,
  to: ALICE,
  template: 'class-notice',
  params: lesson,
  ...over,
})

/** Staff send the notice to Alice. */
export const send = async (world: Given, over: Partial<InputOf<'send.one'>> = {}) =>
  dataOf(await world.call('send.one', notice(over), as.owner))

/** A formId of Alice's that is real at WeChat, and handed in. */
export async function handIn(
  world: Given,
  formId: string,
  over: { kind?: 'form' | 'payment'; agoMs?: number } = {},
) {
  world.wechat.formIds.set(formId, { openid: ALICE, uses: over.kind === 'payment' ? 3 : 1 })
  return dataOf(await world.call('formid.handIn', { formIds: [{ formId, ...over }] }))
}

/** All that the service keeps, by formId. */
export const formIdsIn = async ({ store }: Given) =>
  new Map((await store.find<FormId>('formids', { where: {}, limit: 100 })).map((one) => [one._id, one]))
