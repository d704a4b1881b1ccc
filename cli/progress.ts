/** A bar on the terminal while something long is under way; silent where nobody looks. */
import { Presets, SingleBar } from 'cli-progress'
import colors from 'picocolors'

export interface Bar {
  /** How far it is; `total` 0 is not known. */
  at(done: number, total: number, words: string): void
  stop(): void
}

const silent: Bar = { at: () => undefined, stop: () => undefined }

/** To stderr, so that what is piped stays clean; none without a terminal and none with `--json`. */
export function barOf(title: string, isJson: boolean): Bar {
  if (isJson || !process.stderr.isTTY) return silent
  const format = `${title} ${colors.green('{bar}')} {percentage}%  {words}`
  const bar = new SingleBar(
    { format, stream: process.stderr, hideCursor: true, clearOnComplete: true },
    Presets.rect,
  )
  bar.start(1, 0, { words: '' })
  return {
    at(done, total, words) {
      bar.setTotal(Math.max(1, total, done))
      bar.update(done, { words })
    },
    stop: () => bar.stop(),
  }
}
