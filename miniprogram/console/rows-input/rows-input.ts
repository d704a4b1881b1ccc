/** A table, pasted or from a file that somebody sent in a chat. Tells `table` with its `text`. */
import { fill, inPhoneLanguage } from '../../words/language'
import { words } from './words'

/** What a phone parses at once without standing still. */
const MAX_BYTES = 5_000_000
const MB = 1_000_000

const reasonOf = (error: unknown): string => {
  const { errMsg = String(error) } = (error ?? {}) as { errMsg?: string }
  return errMsg.replace(/^\w+:fail:? ?/, '')
}

const readText = (filePath: string): Promise<string> =>
  new Promise((resolve, reject) => {
    wx.getFileSystemManager().readFile({
      filePath,
      encoding: 'utf8',
      success: ({ data }) => resolve(typeof data === 'string' ? data : ''),
      fail: reject,
    })
  })

Component({
  properties: {
    disabled: { type: Boolean, value: false },
    example: { type: String, value: '' },
  },
  data: {
    w: inPhoneLanguage(words),
    /** The file that was chosen; '' while rows are pasted. */
    file: '',
    fault: '',
  },
  methods: {
    onInput(event: WechatMiniprogram.Input) {
      this.setData({ fault: '' })
      this.triggerEvent('table', { text: event.detail.value })
    },

    async choose() {
      const { w } = this.data
      try {
        const options = { count: 1, type: 'file' as const, extension: ['csv', 'txt', 'tsv'] }
        const [file] = (await wx.chooseMessageFile(options)).tempFiles
        if (!file) return
        if (file.size > MAX_BYTES) {
          const size = (file.size / MB).toFixed(1)
          this.setData({ fault: fill(w.tooLarge, { size, max: MAX_BYTES / MB }) })
          return
        }
        const text = await readText(file.path)
        if (text.includes('\uFFFD')) {
          this.setData({ fault: w.notText })
          return
        }
        const size = Math.max(1, Math.round(file.size / 1000))
        this.setData({ file: fill(w.file, { name: file.name, size }), fault: '' })
        this.triggerEvent('table', { text })
      } catch (error) {
        const reason = reasonOf(error)
        if (reason !== 'cancel') this.setData({ fault: fill(w.unreadable, { reason }) })
      }
    },

    clear() {
      this.setData({ file: '', fault: '' })
      this.triggerEvent('table', { text: '' })
    },
  },
})
