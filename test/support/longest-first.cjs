/**
 * Starts the suites that take longest first: of two processes, none works alone at the end. Jest knows how long a file
 * took when it has run before; in a fresh clone this table says it, and the size of the file decides what is equal.
 */
const { default: Sequencer } = require('@jest/test-sequencer')

/** Seconds of the longest files of a folder, roughly; a path of test/ that is more exact comes first. */
const SECONDS = [
  ['test/browser/staff-journey', 90],
  ['test/simulator/', 60],
  ['test/browser/pages', 50],
  ['test/bench/service', 45],
  ['test/chaos/', 25],
  ['test/cli/', 20],
  ['test/browser/', 20],
  ['test/bench/', 15],
  ['test/emulator/killed-emulator', 15],
  ['test/functions/', 12],
  ['test/standalone/', 12],
  ['test/phone/browser', 10],
  ['test/emulator/', 8],
  ['test/pages/', 5],
  ['test/conformance/', 4],
]
const secondsOf = ({ path }) => {
  const file = path.replaceAll('\\', '/')
  return SECONDS.find(([part]) => file.includes(part))?.[1] ?? 1
}

module.exports = class LongestFirst extends Sequencer {
  /** Where two are equal jest's own order stays: sorting is stable. What failed the last time comes before all. */
  async sort(tests) {
    const sorted = await super.sort(tests)
    const weight = (one) => {
      if (this.hasFailed(one)) return Number.MAX_SAFE_INTEGER
      return one.duration === undefined ? secondsOf(one) : one.duration / 1000
    }
    return sorted.toSorted((a, b) => weight(b) - weight(a))
  }
}
