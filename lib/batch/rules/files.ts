// Who may fetch a job's files: rows of people are more than a chart of them.
import type { Field } from '@/lib/registry/contract'
import type { BatchFormat, BatchMapping, BatchOptions, BatchResultFile, BatchSource } from '../contract'

/**
 * The rejected rows come as they were sent, whatever is in them. Results hold what was asked to be repeated: a column that
 * is not known as a field that is not sensitive may be anything. Reasons tell of values.
 */
export function isSensitiveFile(name: BatchResultFile['name'], mapping: BatchMapping, options: Pick<BatchOptions, 'reasons'>, fields: readonly Pick<Field, 'name' | 'isSensitive'>[]): boolean {
  if (name === 'rejected') return true
  const plain = new Set(fields.filter((field) => !field.isSensitive).map((field) => mapping.fields[field.name]))
  const kept = [...mapping.keep, ...(mapping.subject === null ? [] : [mapping.subject])]
  return kept.some((column) => !plain.has(column)) || (options.reasons > 0 && fields.some((field) => field.isSensitive))
}

/** What the source is called, for titles and file names. */
export function sourceName(source: BatchSource): string {
  if (source.kind === 'upload') return source.fileName
  return source.kind === 'folder' ? source.path : `query on ${source.connection}`
}

/** Of a download: letters, digits, dots and hyphens of the job's name. */
export function downloadName(jobName: string, name: BatchResultFile['name'], fileName: string): string {
  const base = jobName.replace(/\.[A-Za-z0-9]{1,7}$/, '').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60) || 'batch'
  return `${base}-${name}${/\.[a-z]+$/.exec(fileName)?.[0] ?? ''}`
}

const TYPES: Record<string, string> = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson', parquet: 'application/vnd.apache.parquet' }

export function contentTypeOf(fileName: string): string {
  return TYPES[(/\.([a-z]+)$/.exec(fileName)?.[1] ?? '') as BatchFormat] ?? 'application/octet-stream'
}

/** `Range: bytes=…` of one range (RFC 9110, 14.1.2); null where there is none to heed, undefined where it cannot be had. */
export function byteRange(header: string | undefined, size: number): { from: number; to: number } | null | undefined {
  const given = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (!given || (given[1] === '' && given[2] === '')) return null
  const from = given[1] === '' ? Math.max(0, size - Number(given[2])) : Number(given[1])
  const to = given[1] === '' || given[2] === '' ? size - 1 : Math.min(size - 1, Number(given[2]))
  return from > to || from >= size ? undefined : { from, to }
}
