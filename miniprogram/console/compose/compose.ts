import type { Card, Language, TemplateSummary } from '../../../core/contract'
import { languages, type Option, phoneZone } from '../../pages/preferences/options'
import { call, CallFailure } from '../../services/cloud'
import { fontScale } from '../../services/device'
import { fill, inPhoneLanguage } from '../../words/language'
import { audienceText } from '../audience'
import { explain, type Told, told } from '../failure'
import {
  type Field,
  fieldsOf,
  isComplete,
  paramsOf,
  placed,
  withFaults,
  withTyped,
} from '../../components/param-form/form'
import type { TypedDetail } from '../../components/param-form/param-form'
import { checkOf, type Faults, faultsAt, type Place } from './checks'
import { type Draft, draftOf, emptyDraft, fieldsIn, inputOf, newDraft, withFields, wordsIn } from './draft'
import { choicesOf, chosen, listChoices, versionNames, versions } from './choices'
import { forget, keep, readKept } from './kept'
import { Saving } from './saving'
import { words } from './words'

/** The preview follows the typing once it rests. */
const REST_MS = 300

/** The button is far below the fields. */
const toFirstFault = () => {
  const fail = (error: unknown) => console.warn('pageScrollTo', error)
  wx.pageScrollTo({ selector: '.wrong', offsetTop: -160, duration: 200, fail })
}

Page({
  data: {
    w: inPhoneLanguage(words),
    scale: fontScale(),
    state: 'loading' as 'loading' | 'ready' | 'failed',
    notice: null as Told | null,
    draft: emptyDraft('', '') as Draft,
    templates: [] as TemplateSummary[],
    at: -1,
    fields: [] as Field[],
    ...choicesOf(emptyDraft('', ''), []),
    outcomes: '',
    versions: versionNames(),
    /** Languages of the template, and the one that is previewed. */
    previews: [] as Option<Language>[],
    preview: 'zh_CN' as Language,
    card: null as Card | null,
    keywords: {} as Record<string, string>,
    problems: [] as string[],
    faults: {} as Faults,
    isRestored: false,
    isConflict: false,
    isStarted: false,
    isSaving: false,
  },

  /** The draft that is edited; '' is a new one. */
  campaign: '',
  saving: new Saving(),
  resting: 0,
  /** Changed since it was last kept on the phone, or saved. */
  isUnkept: false,
  /** Counts previews, so that a late answer does not overwrite a newer one. */
  asked: 0,
  /** What a new one begins with, where the page is asked for it. */
  wanted: { template: '', audience: '' },

  onLoad({ campaign = '', template = '', audience = '' }: Record<string, string | undefined>) {
    const { titleNew, titleEdit } = this.data.w
    void wx.setNavigationBarTitle({ title: campaign === '' ? titleNew : titleEdit })
    this.campaign = campaign
    this.wanted = { template, audience }
    this.saving = new Saving()
    return this.load()
  },

  onHide() {
    this.keep()
  },

  onUnload() {
    clearTimeout(this.resting)
    this.keep()
  },

  async load() {
    this.setData({ state: 'loading', notice: null, isConflict: false })
    try {
      const [{ templates: all }, { audiences }, detail] = await Promise.all([
        call('staff', 'template.list', {}),
        call('staff', 'audience.list', {}),
        this.campaign === '' ? null : call('staff', 'campaign.get', { campaign: this.campaign }),
      ])
      const lists = listChoices(audiences)
      // Template messages are for one person at a time.
      const templates = all.filter(({ channel }) => channel === 'subscribe')
      this.setData({
        templates,
        lists,
        state: 'ready',
        isStarted: detail !== null && detail.state !== 'draft',
      })
      if (templates.length === 0) this.setData({ notice: told('warn', this.data.w.noTemplates) })
      if (detail) this.saving.saved = { campaign: detail.campaign, version: detail.version }
      const kept = readKept(this.campaign)
      if (kept?.saved) this.saving.saved = kept.saved
      const zone = phoneZone()
      const fresh = detail ? draftOf(detail, zone) : newDraft(templates, lists, this.wanted, zone)
      this.setData({ isRestored: kept !== null })
      this.open(kept?.draft ?? fresh)
      if (detail?.audience.kind === 'outcomes') await this.nameOutcomes()
    } catch (error) {
      this.setData({ state: 'failed', notice: await explain(error) })
    }
  },

  async nameOutcomes() {
    const { outcomes } = this.data.draft
    if (outcomes === null) return
    const audience = await audienceText(outcomes)
    this.setData({ outcomes: fill(this.data.w.outcomes, { audience }) })
  },

  /** Shows a draft, whole. */
  open(draft: Draft) {
    const { templates, w } = this.data
    const at = templates.findIndex(({ template }) => template === draft.template)
    const template = templates[at]
    const gone = fill(w.templateGone, { template: draft.template })
    if (!template && templates.length > 0) this.setData({ notice: told('warn', gone) })
    this.setData({
      draft,
      at,
      fields: template ? fieldsIn(draft, template) : [],
      previews: languages.filter(({ value }) => template?.languages.includes(value)),
      preview: template?.languages[0] ?? 'zh_CN',
      card: null,
      problems: [],
      keywords: {},
      faults: {},
    })
    this.draw()
    void this.look()
  },

  /** What follows from the draft. */
  draw() {
    this.setData(choicesOf(this.data.draft, this.data.lists))
  },

  /** One thing was typed or chosen: its fault, and what stands in the way of it, are of what was there before. */
  change(part: Partial<Draft>, place?: Place) {
    const changed = Object.entries(part).map(([name, value]) => [`draft.${name}`, value])
    this.setData({ ...Object.fromEntries(changed), ...(place && { [`faults.${place}`]: '' }) })
    if (Object.keys(part).some((name) => chosen.has(name as keyof Draft))) this.draw()
    this.isUnkept = true
    clearTimeout(this.resting)
    this.resting = setTimeout(() => this.rest(), REST_MS) as unknown as number
  },

  rest() {
    this.keep()
    void this.look()
  },

  keep() {
    if (!this.isUnkept) return
    this.isUnkept = false
    keep(this.campaign, { draft: this.data.draft, saved: this.saving.saved })
  },

  onTyped(event: WechatMiniprogram.CustomEvent<TypedDetail>) {
    const { name, typed } = event.detail
    const at = this.data.fields.findIndex((field) => field.name === name)
    const fields = withTyped(this.data.fields, name, typed)
    if (at < 0) return
    this.setData({ [`fields[${at}]`]: fields[at] })
    this.change(withFields(this.data.draft, fields), 'content')
  },

  fillExample() {
    const template = this.data.templates[this.data.at]
    if (!template) return
    const fields = fieldsOf(template.fields, template.example)
    this.setData({ fields })
    this.change(withFields(this.data.draft, fields), 'content')
  },

  onTemplate(event: WechatMiniprogram.PickerChange) {
    const template = this.data.templates[Number(event.detail.value)]
    if (!template) return
    this.setData({ notice: null })
    this.open({ ...this.data.draft, template: template.template })
    this.change({ template: template.template })
  },

  /** Texts of the draft that are typed as they are: `data-name` says which. */
  onText(event: WechatMiniprogram.Input) {
    const { name, place } = event.currentTarget.dataset as { name: keyof Draft; place: Place }
    this.change({ [name]: event.detail.value }, place)
  },

  onKind(event: WechatMiniprogram.RadioGroupChange) {
    this.change({ kind: event.detail.value as Draft['kind'] }, 'audience')
  },

  onList(event: WechatMiniprogram.RadioGroupChange) {
    this.change({ list: event.detail.value }, 'audience')
  },

  onLanguages(event: WechatMiniprogram.CheckboxGroupChange) {
    this.change({ languages: event.detail.value as Language[] }, 'audience')
  },

  onExclude(event: WechatMiniprogram.CheckboxGroupChange) {
    this.change({ exclude: event.detail.value }, 'exclude')
  },

  onWindow(event: WechatMiniprogram.SwitchChange) {
    this.change({ isWindowed: event.detail.value }, 'sendWindow')
  },

  onFrom(event: WechatMiniprogram.PickerChange) {
    this.change({ from: String(event.detail.value) }, 'sendWindow')
  },

  onTo(event: WechatMiniprogram.PickerChange) {
    this.change({ to: String(event.detail.value) }, 'sendWindow')
  },

  onZone(event: WechatMiniprogram.PickerChange) {
    const zone = this.data.zones[Number(event.detail.value)]
    if (zone) this.change({ zone: zone.value }, 'sendWindow')
  },

  onVersion(event: WechatMiniprogram.PickerChange) {
    const version = versions[Number(event.detail.value)]
    if (version) this.change({ version })
  },

  async addMe() {
    try {
      const { openid } = await call('staff', 'whoami', {})
      const group = wordsIn(this.data.draft.testGroup)
      if (openid !== null && !group.includes(openid))
        this.change({ testGroup: [...group, openid].join('\n') }, 'testGroup')
    } catch (error) {
      this.setData({ notice: await explain(error) })
    }
  },

  onPreview(event: WechatMiniprogram.RadioGroupChange) {
    this.setData({ preview: event.detail.value as Language })
    void this.look()
  },

  /** The card, where there is enough for one. */
  async look() {
    const { fields, draft, preview: language, isByRow } = this.data
    const asked = (this.asked += 1)
    if (isByRow || fields.length === 0 || !isComplete(fields))
      return this.setData({ card: null, keywords: {}, problems: [] })
    try {
      const input = { template: draft.template, params: paramsOf(fields), language }
      const { card } = await call('staff', 'template.preview', input)
      if (asked === this.asked) this.mark(card, [])
    } catch (error) {
      if (asked !== this.asked) return
      if (error instanceof CallFailure && error.faults.length > 0) this.mark(null, error.faults)
      else this.setData({ notice: await explain(error) })
    }
  },

  mark(card: Card | null, faults: CallFailure['faults']) {
    const { fields, keywords } = placed(faults)
    const problems = card ? [] : Object.values(keywords)
    this.setData({ card, keywords, problems, fields: withFaults(this.data.fields, fields) })
  },

  startOver() {
    clearTimeout(this.resting)
    this.isUnkept = false
    forget(this.campaign)
    this.saving = new Saving()
    return this.load()
  },

  /** What is typed replaces what somebody else wrote meanwhile. */
  async overwrite() {
    if (this.data.isSaving) return
    this.setData({ isSaving: true })
    try {
      await this.saving.catchUp()
      this.setData({ isConflict: false })
    } catch (error) {
      this.setData({ notice: await explain(error) })
    } finally {
      this.setData({ isSaving: false })
    }
    if (!this.data.isConflict) await this.save()
  },

  openCampaign() {
    const { campaign } = this.saving.saved ?? { campaign: this.campaign }
    void wx.redirectTo({ url: `/console/campaign/campaign?campaign=${campaign}` })
  },

  async save() {
    const { draft, fields, isByRow, isSaving, w } = this.data
    if (isSaving || this.data.at < 0) return
    const faults = checkOf(draft, fields, isByRow)
    this.setData({ faults, notice: null })
    if (Object.keys(faults).length > 0) return this.setData({ notice: told('warn', w.toFix) }, toFirstFault)
    clearTimeout(this.resting)
    this.setData({ isSaving: true })
    try {
      const { campaign } = await this.saving.save(inputOf(withFields(draft, fields)))
      this.isUnkept = false
      forget(this.campaign)
      await wx.redirectTo({ url: `/console/review/review?campaign=${campaign}` })
    } catch (error) {
      this.isUnkept = true
      this.keep()
      await this.tell(error)
    } finally {
      this.setData({ isSaving: false })
    }
  },

  async tell(error: unknown) {
    const code = error instanceof CallFailure ? error.code : ''
    if (code === 'CAMPAIGN_CHANGED') return this.setData({ isConflict: true })
    if (code === 'CAMPAIGN_STATE') return this.setData({ isStarted: true })
    const notice = await explain(error)
    if (notice.isRefused) return this.setData({ state: 'failed', notice })
    if (!(error instanceof CallFailure) || error.faults.length === 0) return this.setData({ notice })
    const { fields } = placed(error.faults)
    const faults = faultsAt(error.faults)
    const isPlaced = Object.keys(faults).length > 0 || Object.keys(fields).length > 0
    this.mark(this.data.card, error.faults)
    const text = isPlaced ? this.data.w.toFix : notice.text
    this.setData({ faults, notice: told('warn', text) }, toFirstFault)
  },
})
