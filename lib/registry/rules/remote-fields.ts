// The fields of a server that does not name them: from the columns of its reference data, or from the metadata.
import type { RemoteField } from '@/lib/inference/remote/endpoint'
import type { VersionMetadata } from '../contract'
import type { ReferenceTable } from './reference-file'

/** A column with more different texts is free text rather than a code. */
const MOST_CATEGORIES = 50
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const BOOLEAN = /^(true|false)$/i

/** Null where neither tells. The column of true answers is no field. */
export function remoteFields(table: ReferenceTable | null, { featureOrder, target = 'target' }: VersionMetadata): RemoteField[] | null {
  const names = featureOrder ?? table?.columns.filter((name) => name !== target && name !== '')
  return names?.map((name) => (table?.columns.includes(name) ? fieldOf(name, table.rows.map((cells) => cells[name])) : { name, type: 'number' })) ?? null
}

function fieldOf(name: string, cells: readonly unknown[]): RemoteField {
  const present = cells.filter((cell) => cell !== null && cell !== undefined && cell !== '' && !Number.isNaN(cell))
  const missing = present.length < cells.length ? { mayBeMissing: true } : {}
  if (present.every((cell) => typeof cell === 'boolean' || (typeof cell === 'string' && BOOLEAN.test(cell.trim())))) return { name, type: 'boolean', ...missing }
  if (present.every((cell) => typeof cell === 'number' || typeof cell === 'bigint' || (typeof cell === 'string' && NUMBER.test(cell.trim())))) return { name, type: 'number', ...missing }
  const categories = [...new Set(present.map(String))].sort()
  return categories.length <= MOST_CATEGORIES ? { name, type: 'category', categories, ...missing } : { name, type: 'text', ...missing }
}
