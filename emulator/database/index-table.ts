import type { Index } from './index-keys'
import { PACKED, type PackedRows, WORTH_PACKING } from './packed'
import type { Sql } from './sql'

/** The table of an index: one row per key of a document. */
export const indexTable = ({ number }: Pick<Index, 'number'>): string => `index_${number}`

export function addKeys(sql: Sql, index: Index, keys: Iterable<Buffer>, seq: number): void {
  const add = sql.statement(addOne(index))
  for (const key of keys) add.run(key, seq)
}

export function removeKeys(sql: Sql, index: Index, keys: Iterable<Buffer>, seq: number): void {
  const remove = sql.statement(removeOne(index))
  for (const key of keys) remove.run(key, seq)
}

/** Takes the keys of many documents out, and puts others in. */
export function moveKeys(sql: Sql, index: Index, gone: PackedRows, come: PackedRows): void {
  if (gone.count < WORTH_PACKING) for (const [key, seq] of gone.rows()) removeKeys(sql, index, [key], seq)
  else
    sql
      .statement(`DELETE FROM ${indexTable(index)} WHERE (key, seq) IN (SELECT bytes, seq FROM ${PACKED})`)
      .run(...gone.parameters())
  if (come.count < WORTH_PACKING) for (const [key, seq] of come.rows()) addKeys(sql, index, [key], seq)
  else
    sql
      .statement(`INSERT INTO ${indexTable(index)} SELECT bytes, seq FROM ${PACKED}`)
      .run(...come.parameters())
}

const addOne = (index: Index): string => `INSERT INTO ${indexTable(index)} VALUES (?, ?)`
const removeOne = (index: Index): string => `DELETE FROM ${indexTable(index)} WHERE key = ? AND seq = ?`
