import { inPhoneLanguage } from '../../words/language'
import { type Field, nowParts, type Typed } from './form'
import { words } from './words'

export interface TypedDetail {
  name: string
  typed: Typed
}

/** The fields of a template. It keeps nothing: what is typed goes to the page as `typed`. */
Component({
  properties: {
    fields: { type: Array, value: [] as Field[] },
    /** What is left empty comes from elsewhere: nothing is marked as required. */
    lenient: { type: Boolean, value: false },
  },
  data: { w: inPhoneLanguage(words) },
  methods: {
    onText(event: WechatMiniprogram.Input) {
      this.tell(event, { text: event.detail.value })
    },
    onOption(event: WechatMiniprogram.PickerChange) {
      const option = this.fieldOf(event)?.options?.[Number(event.detail.value)]
      this.tell(event, { text: option ?? '' })
    },
    onSwitch(event: WechatMiniprogram.SwitchChange) {
      this.tell(event, { text: String(event.detail.value) })
    },
    onDate(event: WechatMiniprogram.PickerChange) {
      const time = this.fieldOf(event)?.time || nowParts(new Date()).time
      this.tell(event, { date: String(event.detail.value), time })
    },
    onTime(event: WechatMiniprogram.PickerChange) {
      const date = this.fieldOf(event)?.date || nowParts(new Date()).date
      this.tell(event, { time: String(event.detail.value), date })
    },
    fieldOf(event: WechatMiniprogram.BaseEvent): Field | undefined {
      const { name } = event.currentTarget.dataset as { name: string }
      return (this.data.fields as Field[]).find((field) => field.name === name)
    },
    tell(event: WechatMiniprogram.BaseEvent, typed: Typed) {
      const { name } = event.currentTarget.dataset as { name: string }
      const detail: TypedDetail = { name, typed }
      this.triggerEvent('typed', detail)
    },
  },
})
