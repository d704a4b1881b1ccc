import { fieldsOf } from '../record'
import type { Desk, Done } from './desk'
import { WeChatError } from './errcodes'
import { checkPage } from './subscribe-message'

/**
 * templateMessage.send with WeChat's own parameter names (wechat.md §4.1): one message per formId. Since 2020 it
 * answers 45103 whatever is sent; with `era: '2019'` it works as it did.
 */
export function sendTemplateMessage(desk: Desk, params: Record<string, unknown>): Done {
  if (desk.world.era === 'today') throw new WeChatError(45103)
  const { touser, template_id: templateId, page, form_id: formId, data, emphasis_keyword: emphasis } = params
  if (typeof touser !== 'string' || !desk.people.has(touser)) throw new WeChatError(40003)
  const template = desk.templates.findLegacy(templateId)
  if (template === undefined) throw new WeChatError(40037)
  checkPage(desk, page)
  const state = desk.formIds.state(formId, touser)
  if (state === 'used') throw new WeChatError(41029)
  if (state === 'unknown' || typeof formId !== 'string') throw new WeChatError(41028)

  const given = fieldsOf(data)
  desk.formIds.spend(formId)
  const message = desk.messages.add({
    openid: touser,
    channel: 'template',
    templateId: template.id,
    title: template.title,
    at: desk.clock.now(),
    page: typeof page === 'string' ? page : '',
    miniprogramState: 'formal',
    lang: 'zh_CN',
    // Values were free text then; a missing one leaves its line empty.
    lines: template.keywords.map(({ key, label }) => ({ label, key, value: valueOf(given[key]) })),
    emphasis: typeof emphasis === 'string' ? emphasis.replace(/\.DATA$/, '') : '',
  })
  return { message }
}

/** templateMessage.getTemplateList, of the template messages of old. */
export function listLegacyTemplates(desk: Desk): Done {
  if (desk.world.era === 'today') throw new WeChatError(45103)
  const list = desk.world.legacyTemplates.map(({ template_id, title, content }) => ({
    template_id,
    title,
    content,
    example: '',
  }))
  return { reply: { list } }
}

/** The other management calls of template messages: withdrawn today, and not simulated as they were. */
export function manageLegacyTemplates(desk: Desk): Done {
  if (desk.world.era === 'today') throw new WeChatError(45103)
  throw new WeChatError(-1, 'managing template messages is not simulated by the emulator')
}

/** uniformMessage.send (wechat.md §4.2): withdrawn in 2023; before, its Mini Program half was a template message. */
export function sendUniformMessage(desk: Desk, params: Record<string, unknown>): Done {
  if (desk.world.era === 'today') throw new WeChatError(45109)
  return sendTemplateMessage(desk, { ...fieldsOf(params['weapp_template_msg']), touser: params['touser'] })
}

function valueOf(field: unknown): string {
  const { value } = fieldsOf(field)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
