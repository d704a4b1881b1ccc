/** What happened, in words, and what to do about it. */
Component({
  properties: {
    tone: { type: String, value: 'info' },
    text: { type: String, value: '' },
    action: { type: String, value: '' },
  },
  methods: {
    act() {
      this.triggerEvent('act')
    },
  },
})
