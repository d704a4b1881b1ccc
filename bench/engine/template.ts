/** The template that the engine is measured with: five slots, two of them with helpers, and the page of a tap. */
export const KEY = 'bench-order'
export const APPID = 'wx0123456789abcdef'
export const TEMPLATE_ID = 'TPL_BENCH'

export const definition = {
  key: KEY,
  title: '订单发货提醒',
  kind: 'one-time',
  templateIds: { [APPID]: TEMPLATE_ID },
  scenes: ['order'],
  page: 'pages/order/order?id={{orderNumber}}',
  params: {
    type: 'object',
    properties: {
      orderNumber: { type: 'string', title: '订单号', maxLength: 32, pattern: '^[A-Za-z0-9-]+$' },
      goods: { type: 'string', title: '商品', maxLength: 200 },
      total: { type: 'number', title: '金额（元）', minimum: 0 },
      shippedAt: { type: 'string', title: '发货时间', format: 'date-time' },
      note: { type: 'string', title: '备注', maxLength: 200 },
    },
    required: ['orderNumber', 'goods', 'total', 'shippedAt'],
  },
  keywords: {
    character_string1: { label: '订单号', text: '{{orderNumber}}' },
    thing2: { label: '商品', text: '{{goods}}', overflow: 'ellipsis' },
    amount3: { label: '金额', text: '{{money total}}' },
    time4: { label: '发货时间', text: "{{date shippedAt 'YYYY年M月D日 HH:mm'}}" },
    thing5: {
      label: '备注',
      text: '{{#if note}}{{note}}{{else}}请留意物流信息{{/if}}',
      overflow: 'ellipsis',
    },
  },
  example: {
    orderNumber: 'HY20261121001',
    goods: '云南手冲咖啡豆 250g',
    total: 68,
    shippedAt: '2026-11-21T15:30',
    note: '放门口即可',
  },
} as const

export const TEXTS: readonly string[] = [
  ...Object.values(definition.keywords).map(({ text }) => text),
  definition.page,
]

const SHIPPED = Array.from({ length: 12 }, (_, i) => `2026-11-21T${String(8 + i).padStart(2, '0')}:30`)

/** Params of person number `i`. */
export const paramsOf = (i: number) => ({
  orderNumber: `HY${i}`,
  goods: '云南手冲咖啡豆 250g',
  total: 39 + (i % 100),
  shippedAt: SHIPPED[i % SHIPPED.length] ?? '',
})
