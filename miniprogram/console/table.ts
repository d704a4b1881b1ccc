/** A table as people paste it or keep it in a file: lines with commas, semicolons or tabs, quoted where need be. */

export interface TableRow {
  /** The line of the text that it begins in; the first is 1. */
  line: number
  cells: string[]
}

const DELIMITERS = ['\t', ',', ';', '，'] as const

/** All rows, without those that are empty. A quoted cell may hold delimiters, line ends and, doubled, quotes. */
export function tableOf(given: string): TableRow[] {
  const text = given.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const first = text.slice(0, text.search(/\n|$/))
  const delimiter = DELIMITERS.find((one) => first.includes(one)) ?? ','
  const rows: TableRow[] = []
  let row: TableRow = { line: 1, cells: [] }
  let cell = ''
  let isQuoted = false
  let line = 1
  const endCell = () => {
    row.cells.push(cell.trim())
    cell = ''
  }
  const endRow = () => {
    endCell()
    if (row.cells.some((one) => one !== '')) rows.push(row)
    row = { line: line + 1, cells: [] }
  }
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at)
    if (isQuoted && letter === '"' && text.charAt(at + 1) === '"') {
      cell += '"'
      at += 1
    } else if (letter === '"' && (isQuoted || cell.trim() === '')) {
      isQuoted = !isQuoted
      if (isQuoted) cell = ''
    } else if (!isQuoted && letter === delimiter) endCell()
    else if (!isQuoted && letter === '\n') endRow()
    else cell += letter
    if (letter === '\n') line += 1
  }
  endRow()
  return rows
}
