const zh = {
  title: '微信提供的资料',
  phone: '手机号',
  give: '授权',
  unreadable: '已保存，暂时无法显示',
  noKey: '暂不支持',
  forget: '删除',
  forgetPhone: '删除手机号 {number}',
  phoneHint: '手机号加密保存，只显示头尾几位。',
  fromGroup: '接收这个群的通知',
  join: '加入',
  group: '群 …{id}',
  leave: '退出',
  leaveGroup: '退出群 …{id}',
  groupsHint: '从群里打开小程序时可以加入；发给这个群的通知，也会发给你。',
  working: '正在保存…',
  noCloudId: '微信没有给出 cloudID：小程序需要开通云开发，微信也不能太旧。',
  phoneFailed: '没有拿到手机号（{reason}）',
  groupFailed: '没有拿到群（{reason}）；请从群里的卡片重新打开。',
}

const en: typeof zh = {
  title: 'From WeChat',
  phone: 'Phone number',
  give: 'Share',
  unreadable: 'Kept, cannot be shown for now',
  noKey: 'Not available',
  forget: 'Delete',
  forgetPhone: 'Delete phone number {number}',
  phoneHint: 'Your number is kept encrypted; only a few digits of it are ever shown.',
  fromGroup: 'Messages for this group',
  join: 'Join',
  group: 'Group …{id}',
  leave: 'Leave',
  leaveGroup: 'Leave group …{id}',
  groupsHint: 'Open the Mini Program from a group to join it; what is sent to the group reaches you too.',
  working: 'Saving…',
  noCloudId: 'WeChat gave no cloudID: the Mini Program needs CloudBase, and WeChat must not be too old.',
  phoneFailed: 'The phone number could not be had ({reason})',
  groupFailed:
    'The group could not be had ({reason}). Open the Mini Program from the card in the group again.',
}

export const words = { zh, en }
