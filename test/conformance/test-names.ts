import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** Every `*.test.ts` below a folder, sorted. */
export function testFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join(folder, file))
    .sort()
}

/**
 * The names of a file's tests as jest prints them, without those of their `describe`. A row of `test.each` whose
 * cells are not written out in the file keeps its placeholders.
 */
export function testNames(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2021, true)
  const names: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) names.push(...namesOf(node, source))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return names
}

function namesOf(call: ts.CallExpression, source: ts.SourceFile): string[] {
  const [first] = call.arguments
  if (first === undefined || !ts.isStringLiteralLike(first)) return []
  if (ts.isIdentifier(call.expression) && call.expression.text === 'test') return [first.text]
  if (!ts.isCallExpression(call.expression) || call.expression.expression.getText(source) !== 'test.each')
    return []
  const [table] = call.expression.arguments
  const rows = table === undefined ? undefined : rowsOf(table, source)
  return rows === undefined ? [first.text] : rows.map((row) => filled(first.text, row))
}

/** The rows of a table that is written out in place, or as a constant of the same file. */
function rowsOf(table: ts.Expression, source: ts.SourceFile): ts.Expression[] | undefined {
  if (ts.isArrayLiteralExpression(table)) return [...table.elements]
  if (!ts.isIdentifier(table)) return undefined
  for (const statement of source.statements)
    if (ts.isVariableStatement(statement))
      for (const { name, initializer } of statement.declarationList.declarations)
        if (initializer !== undefined && name.getText(source) === table.text)
          return rowsOf(initializer, source)
  return undefined
}

function filled(title: string, row: ts.Expression): string {
  const cells = ts.isArrayLiteralExpression(row) ? [...row.elements] : [row]
  let next = 0
  return title.replace(/%[sidjp]/g, (placeholder) => {
    const cell = cells[next]
    next += 1
    return cell !== undefined && (ts.isStringLiteralLike(cell) || ts.isNumericLiteral(cell))
      ? cell.text
      : placeholder
  })
}
