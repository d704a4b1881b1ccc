/** The account that is measured: people who all receive one long-term template, so that no send lacks a grant. */

export const PEOPLE = 200
export const openidOf = (i: number): string => `oSubscriber${i}`
export const TEMPLATE = 'TPL_BENCH'

export const world = {
  appid: 'wx0123456789abcdef',
  appsecret: 'f'.repeat(32),
  env: 'hongyan-bench',
  people: Array.from({ length: PEOPLE }, (_, i) => ({ openid: openidOf(i), nickname: `顾客${i}` })),
  templates: [
    {
      priTmplId: TEMPLATE,
      title: '订单发货通知',
      type: 3,
      content:
        '商品名称:{{thing1.DATA}}\n订单编号:{{character_string2.DATA}}\n发货时间:{{date3.DATA}}\n金额:{{amount4.DATA}}\n备注:{{thing5.DATA}}',
      example: '商品名称:毛巾\n订单编号:A-1\n发货时间:2026年10月1日\n金额:¥10.00\n备注:请查收',
    },
  ],
  pages: ['pages/order/order'],
  // The platform's own limit would be what is measured.
  quotas: { cloudCallsPerMinute: 1_000_000_000, sendsPerDay: 1_000_000_000 },
}

/** One message to one person, as a function gives it to the SDK. */
export const messageTo = (openid: string) => ({
  touser: openid,
  templateId: TEMPLATE,
  page: 'pages/order/order?id=A-1',
  lang: 'zh_CN',
  miniprogramState: 'formal',
  data: {
    thing1: { value: '纯棉毛巾' },
    character_string2: { value: 'A-20261121-0001' },
    date3: { value: '2026年11月21日' },
    amount4: { value: '¥39.90' },
    thing5: { value: '包裹已交给快递员，请查收' },
  },
})
