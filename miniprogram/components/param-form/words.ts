const zh = {
  optional: '（可不填）',
  date: '日期',
  time: '时间',
  choose: '请选择',
}

const en: typeof zh = {
  optional: ' (optional)',
  date: 'Date',
  time: 'Time',
  choose: 'Choose',
}

export const words = { zh, en }
