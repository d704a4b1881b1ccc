import type { TemplateSummary } from '../../../core/contract'
import { call } from '../../services/cloud'
import { fontScale } from '../../services/device'
import { inPhoneLanguage } from '../../words/language'
import { explain, type Told } from '../failure'
import { compared, type Compared } from './health'
import { type Row, rowOf } from './rows'
import { words } from './words'

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    state: 'loading' as 'loading' | 'ready' | 'failed',
    notice: null as Told | null,
    rows: [] as Row[],
    canSend: false,
    /** The comparison with WeChat: what came of it, and why there is none. */
    summary: '',
    others: [] as Compared['others'],
    trouble: null as Told | null,
  },

  templates: [] as TemplateSummary[],
  /** Counts readings, so that a late answer does not overwrite a newer one. */
  readings: 0,

  onLoad() {
    void wx.setNavigationBarTitle({ title: this.data.w.title })
    return this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  async load() {
    const reading = (this.readings += 1)
    try {
      const [{ templates }, { role }] = await Promise.all([
        call('staff', 'template.list', {}),
        call('staff', 'whoami', {}),
      ])
      if (reading !== this.readings) return
      this.templates = templates
      this.setData({ state: 'ready', notice: null, rows: templates.map(rowOf), canSend: role !== 'viewer' })
      // The page is there without it: WeChat is asked meanwhile.
      void this.compare()
    } catch (error) {
      const notice = await explain(error)
      if (reading !== this.readings) return
      if (notice.isRefused) this.setData({ rows: [] })
      if (this.data.rows.length === 0) this.setData({ state: 'failed' })
      this.setData({ notice })
    }
  },

  /** Never rejects. WeChat allows few readings of its list a day: it is asked once for each reading of the page. */
  async compare() {
    const reading = this.readings
    this.setData({ summary: this.data.w.comparing, trouble: null })
    try {
      const { health, summary, others } = compared(await call('staff', 'template.health', {}))
      if (reading !== this.readings) return
      const changes = this.data.rows.flatMap(({ template }, at) => {
        const found = health[template]
        return found ? [[`rows[${at}].health`, found]] : []
      })
      this.setData({ ...Object.fromEntries(changes), summary, others })
    } catch (error) {
      const trouble = await explain(error)
      if (reading === this.readings) this.setData({ summary: this.data.w.notCompared, trouble, others: [] })
    }
  },

  async toggle(event: WechatMiniprogram.BaseEvent) {
    const { template } = event.currentTarget.dataset as { template: string }
    const at = this.data.rows.findIndex((row) => row.template === template)
    const row = this.data.rows[at]
    if (!row) return
    // The row itself changes with setData.
    const { isOpen, card } = row
    this.setData({ [`rows[${at}].isOpen`]: !isOpen, [`rows[${at}].fault`]: '' })
    if (!isOpen && card === null) await this.preview(template)
  },

  /** The card of the template's own example. */
  async preview(template: string) {
    const params = this.templates.find((one: TemplateSummary) => one.template === template)?.example ?? {}
    // Read anew meanwhile, it may stand elsewhere.
    const place = () => this.data.rows.findIndex((row) => row.template === template)
    try {
      const { card } = await call('staff', 'template.preview', { template, params })
      if (place() >= 0) this.setData({ [`rows[${place()}].card`]: card })
    } catch (error) {
      const { text } = await explain(error)
      if (place() >= 0) this.setData({ [`rows[${place()}].fault`]: text })
    }
  },

  use(event: WechatMiniprogram.BaseEvent) {
    const { template } = event.currentTarget.dataset as { template: string }
    void wx.navigateTo({ url: `/console/compose/compose?template=${template}` })
  },
})
