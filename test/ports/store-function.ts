/** A cloud function that makes one call of the Store port, on the SDK. Only in tests is it deployed. */
import { cloud } from '../../adapters/wx/cloud'
import { WxStore } from '../../adapters/wx/store'
import { decode, type StoreCall } from './store-call'

cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const store = new WxStore(cloud.database())

export async function main({ method, args }: StoreCall): Promise<unknown> {
  const call = store[method].bind(store) as (...all: unknown[]) => Promise<unknown>
  try {
    return { value: await call(...args.map(decode)) }
  } catch (error) {
    return { error: String(error) }
  }
}
