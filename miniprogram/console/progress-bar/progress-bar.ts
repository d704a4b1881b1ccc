import type { Outlook } from '../outlook'

/** Sent, in trouble, in doubt, left out; the empty rest is who is still to come. */
Component({
  properties: {
    parts: { type: Array, value: [] as Outlook['parts'] },
    /** Whole percent; -1 where nobody knows of how many. */
    percent: { type: Number, value: 0 },
    /** What a screen reader says of it. */
    label: { type: String, value: '' },
  },
})
