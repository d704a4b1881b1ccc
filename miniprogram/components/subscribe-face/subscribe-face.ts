import type { Notice } from '../../services/subscribing'
import { loadingLook } from '../subscribe-button/look'

/** How a subscribe button looks; knows nothing of the service. Fires `press` for a tap that does something. */
Component({
  properties: {
    look: { type: Object, value: loadingLook() },
    /** What the last tap came to. */
    notice: { type: Object, value: null as Notice | null },
  },
  methods: {
    press() {
      if (this.data.look.act !== '') this.triggerEvent('press', { act: this.data.look.act })
    },
    act() {
      const { action } = this.data.notice as Notice
      this.triggerEvent('press', { act: action })
    },
  },
})
