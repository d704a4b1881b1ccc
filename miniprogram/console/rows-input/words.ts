const zh = {
  paste: '把表格粘贴在这里',
  choose: '从聊天里选文件',
  file: '文件 {name}（{size} KB）',
  clear: '清空',
  tooLarge: '文件 {size} MB，手机上最多 {max} MB；更大的名单请用命令行导入。',
  notText: '这个文件不是 UTF-8 文本。请在表格软件里另存为“CSV UTF-8”。',
  unreadable: '文件没有读出来（{reason}）',
}

const en: typeof zh = {
  paste: 'Paste the table here',
  choose: 'Choose a file from a chat',
  file: '{name}, {size} KB',
  clear: 'Clear',
  tooLarge:
    'The file has {size} MB; a phone takes {max} MB at the most. Import larger lists with the command line.',
  notText: 'This file is no UTF-8 text. Save it as “CSV UTF-8” in the spreadsheet.',
  unreadable: 'The file could not be read ({reason})',
}

export const words = { zh, en }
