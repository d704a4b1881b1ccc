import { addDelayedTask } from './add-delayed-task'
import { sendCustomerMessage } from './customer-service'
import type { OpenApi } from './desk'
import { checkText } from './security-check'
import { sendSubscribeMessage } from './subscribe-message'
import {
  listLegacyTemplates,
  manageLegacyTemplates,
  sendTemplateMessage,
  sendUniformMessage,
} from './template-message'
import {
  addTemplate,
  deleteTemplate,
  getCategory,
  getPublicKeywords,
  getPublicTitles,
  getTemplateList,
} from './template-management'

/** Every open API that is simulated, with both of its names. */
export const OPEN_APIS: readonly OpenApi[] = [
  {
    name: 'subscribeMessage.send',
    path: '/cgi-bin/message/subscribe/send',
    method: 'POST',
    source: 'wechat.md §1',
    call: sendSubscribeMessage,
  },
  {
    name: 'subscribeMessage.addTemplate',
    path: '/wxaapi/newtmpl/addtemplate',
    method: 'POST',
    source: 'wechat.md §3',
    call: addTemplate,
  },
  {
    name: 'subscribeMessage.deleteTemplate',
    path: '/wxaapi/newtmpl/deltemplate',
    method: 'POST',
    source: 'wechat.md §3',
    call: deleteTemplate,
  },
  {
    name: 'subscribeMessage.getCategory',
    path: '/wxaapi/newtmpl/getcategory',
    method: 'GET',
    source: 'wechat.md §3',
    call: getCategory,
  },
  {
    name: 'subscribeMessage.getPubTemplateKeyWordsById',
    path: '/wxaapi/newtmpl/getpubtemplatekeywords',
    method: 'GET',
    source: 'wechat.md §3',
    call: getPublicKeywords,
  },
  {
    name: 'subscribeMessage.getPubTemplateTitleList',
    path: '/wxaapi/newtmpl/getpubtemplatetitles',
    method: 'GET',
    source: 'wechat.md §3',
    call: getPublicTitles,
  },
  {
    name: 'subscribeMessage.getTemplateList',
    path: '/wxaapi/newtmpl/gettemplate',
    method: 'GET',
    source: 'wechat.md §3',
    call: getTemplateList,
  },
  {
    name: 'templateMessage.send',
    path: '/cgi-bin/message/wxopen/template/send',
    method: 'POST',
    source: 'wechat.md §4.1',
    call: sendTemplateMessage,
  },
  {
    name: 'templateMessage.getTemplateList',
    path: '/cgi-bin/wxopen/template/list',
    method: 'POST',
    source: 'wechat.md §4.1',
    call: listLegacyTemplates,
  },
  {
    name: 'templateMessage.addTemplate',
    path: '/cgi-bin/wxopen/template/add',
    method: 'POST',
    source: 'wechat.md §4.1',
    call: manageLegacyTemplates,
  },
  {
    name: 'templateMessage.deleteTemplate',
    path: '/cgi-bin/wxopen/template/del',
    method: 'POST',
    source: 'wechat.md §4.1',
    call: manageLegacyTemplates,
  },
  {
    name: 'templateMessage.getTemplateLibraryList',
    path: '/cgi-bin/wxopen/template/library/list',
    method: 'POST',
    source: 'wechat.md §4.1',
    call: manageLegacyTemplates,
  },
  {
    name: 'templateMessage.getTemplateLibraryById',
    path: '/cgi-bin/wxopen/template/library/get',
    method: 'POST',
    source: 'wechat.md §4.1',
    call: manageLegacyTemplates,
  },
  {
    name: 'uniformMessage.send',
    path: '/cgi-bin/message/wxopen/template/uniform_send',
    method: 'POST',
    source: 'wechat.md §4.2',
    call: sendUniformMessage,
  },
  {
    name: 'customerServiceMessage.send',
    path: '/cgi-bin/message/custom/send',
    method: 'POST',
    source: 'wechat.md §4.3',
    call: sendCustomerMessage,
  },
  {
    name: 'security.msgSecCheck',
    path: '/wxa/msg_sec_check',
    method: 'POST',
    source: 'wechat.md §4.4',
    call: checkText,
  },
  {
    name: 'cloudbase.addDelayedFunctionTask',
    path: '/tcb/adddelayedfunctiontask',
    method: 'POST',
    source: 'wechat.md §7',
    call: addDelayedTask,
  },
]
