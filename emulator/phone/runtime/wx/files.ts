import type { Phone } from '../phone'
import { type Api, ApiFailure, asyncApi, numberOf, type Options, stringOf } from './api'

/** Encodings of readFile that are played; without one a page gets an ArrayBuffer. */
const TEXTS = new Set(['utf8', 'utf-8'])

/** wx.chooseMessageFile and the reading of what was chosen. Files of this computer stand in for those of chats. */
export function fileApis(phone: Phone): Record<string, Api | (() => object)> {
  const files = new Map<string, File>()
  const choose = async ({ count, extension }: Options): Promise<object> => {
    const wanted = Array.isArray(extension) ? extension.map((one) => stringOf(one)) : []
    const chosen = await phone.host.chooseFiles(numberOf(count, 1), wanted)
    if (chosen.length === 0) throw new ApiFailure('cancel')
    const tempFiles = chosen.map((file) => {
      const path = `wxfile://tmp_${files.size + 1}`
      files.set(path, file)
      const { name, size, lastModified } = file
      return { path, name, size, type: 'file', time: Math.floor(lastModified / 1000) }
    })
    return { tempFiles }
  }
  const readFile = async ({ filePath, encoding }: Options): Promise<object> => {
    const file = files.get(stringOf(filePath))
    if (!file) throw new ApiFailure(`no such file or directory, open '${stringOf(filePath)}'`)
    return { data: TEXTS.has(stringOf(encoding)) ? await file.text() : await file.arrayBuffer() }
  }
  const manager = { readFile: asyncApi(phone, 'readFile', readFile) }
  return {
    chooseMessageFile: asyncApi(phone, 'chooseMessageFile', choose),
    getFileSystemManager: () => manager,
  }
}
