/** What staff call each other: openids tell a person nothing. */
import { call } from '../services/cloud'

/** The name that was given with the role; the openid (or the tool) itself where there is none, or none can be read now. */
export async function colleague(by: string): Promise<string> {
  try {
    const { staff } = await call('staff', 'staff.list', {})
    return staff.find(({ openid }) => openid === by)?.name ?? by
  } catch (error) {
    console.warn('staff.list', error)
    return by
  }
}
