/** A button that is a form: each tap gives the right to one template message, which is handed in by itself. */
import { collect } from '../../services/form-ids'

Component({
  properties: {
    label: { type: String, value: '' },
    /** The main button of its page. */
    strong: { type: Boolean, value: false },
    disabled: { type: Boolean, value: false },
  },
  methods: {
    submitted({ detail: { formId } }: WechatMiniprogram.CustomEvent<{ formId?: string }>) {
      // The page goes on at once: what becomes of the formId is not its concern.
      void collect(formId ?? '')
      this.triggerEvent('press')
    },
  },
})
