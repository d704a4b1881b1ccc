import type { Phone } from '../phone'
import { ApiFailure, asyncApi, stringOf, type Api } from './api'

// Documented: 1 MB for one key, 10 MB in all.
const MAX_VALUE_BYTES = 1024 * 1024
const MAX_TOTAL_KB = 10 * 1024

/** Local storage, kept apart for each person and Mini Program. */
export function storageApis(phone: Phone): Record<string, Api | ((...args: never[]) => unknown)> {
  const { storage, world, person } = phone.options
  const prefix = `${world.appid}/${person.openid}/`
  const keys = (): string[] =>
    Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '')
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
  const write = (key: string, value: unknown): void => {
    if (!key) throw new ApiFailure('parameter error: key should be a non-empty string')
    const text = JSON.stringify(value === undefined ? { none: true } : { value })
    if (new Blob([text]).size > MAX_VALUE_BYTES) throw new ApiFailure('entry size limit reached')
    storage.setItem(prefix + key, text)
  }
  const read = (key: string): unknown => {
    const text = storage.getItem(prefix + key)
    return text === null ? undefined : (JSON.parse(text) as { value?: unknown }).value
  }
  const clear = (): void => {
    for (const key of keys()) storage.removeItem(prefix + key)
  }
  const info = () => {
    const bytes = keys().reduce((sum, key) => sum + (storage.getItem(prefix + key) ?? '').length, 0)
    return { keys: keys(), currentSize: Math.ceil(bytes / 1024), limitSize: MAX_TOTAL_KB }
  }
  return {
    setStorage: asyncApi(phone, 'setStorage', ({ key, data }) => write(stringOf(key), data)),
    getStorage: asyncApi(phone, 'getStorage', ({ key }) => {
      if (!keys().includes(stringOf(key))) throw new ApiFailure('data not found')
      return { data: read(stringOf(key)) }
    }),
    removeStorage: asyncApi(phone, 'removeStorage', ({ key }) => storage.removeItem(prefix + stringOf(key))),
    clearStorage: asyncApi(phone, 'clearStorage', clear),
    getStorageInfo: asyncApi(phone, 'getStorageInfo', info),
    setStorageSync: (key: string, value: unknown) => write(key, value),
    // A missing key is the empty string, as on a phone.
    getStorageSync: (key: string) => read(key) ?? '',
    removeStorageSync: (key: string) => storage.removeItem(prefix + key),
    clearStorageSync: clear,
    getStorageInfoSync: info,
  }
}
