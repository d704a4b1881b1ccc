import type { Card } from '../../../core/contract'

/** A message as 服务通知 shows it. `faults` marks lines that WeChat would refuse, by keyword. */
Component({
  properties: {
    card: { type: Object, value: { title: '', lines: [] } as Card },
    faults: { type: Object, value: {} as Record<string, string> },
    time: { type: String, value: '' },
    /** Where a tap leads, in words; without it the card does not lead anywhere. */
    foot: { type: String, value: '' },
  },
  methods: {
    open() {
      if (this.data.foot !== '') this.triggerEvent('open', { page: this.data.card.page })
    },
  },
})
