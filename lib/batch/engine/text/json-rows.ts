// The rows of a block of JSON lines by column. Types are the caller's own, as in a call of the API: a text is no number.
import { CHUNK_ROWS, emptyColumns, putValue, type Chunk, type FieldColumn, type FieldKind, type ReadPlan } from '../columns'

const LF = 10

export interface JsonLinesSource {
  kind: 'jsonl'
}

type Parsed = Readonly<Record<string, unknown>> | null

export class JsonRows implements Chunk {
  rows = 0
  firstRow = 0
  readonly broken = new Map<number, string>()
  readonly fields: FieldColumn[]
  private readonly lines: string[] = []
  private readonly parsed: Parsed[] = []

  constructor(private readonly plan: ReadPlan) {
    this.fields = emptyColumns(plan)
  }

  /** @returns where the next chunk begins */
  read(bytes: Buffer, from: number, firstRow: number): number {
    this.firstRow = firstRow
    this.broken.clear()
    for (const { wrong } of this.fields) wrong.clear()
    let row = 0
    let at = from
    while (row < CHUNK_ROWS && at < bytes.length) {
      const end = bytes.indexOf(LF, at)
      const line = bytes.toString('utf8', at, end).replace(/\r$/, '')
      this.lines[row] = line
      this.readRow(line, row)
      row += 1
      at = end + 1
    }
    this.rows = row
    return at
  }

  private readRow(line: string, row: number): void {
    const parsed = parseRow(line)
    this.parsed[row] = typeof parsed === 'string' ? null : parsed
    if (typeof parsed === 'string') {
      this.broken.set(row, parsed)
      return
    }
    this.plan.fields.forEach(({ kind, column }, index) => {
      const value = column === null ? undefined : own(parsed, column)
      putValue(this.fields[index] as FieldColumn, row, value === null || value === undefined ? null : asKind(value, kind), value)
    })
  }

  kept(column: number, row: number): string | null {
    return this.textOf(this.plan.keep[column], row)
  }

  subject(row: number): string | null {
    return this.textOf(this.plan.subject ?? undefined, row)
  }

  private textOf(column: string | undefined, row: number): string | null {
    const parsed = this.parsed[row]
    const value = column === undefined || !parsed ? undefined : own(parsed, column)
    return value === null || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value)
  }

  source(row: number): (string | null)[] {
    return [this.lines[row] ?? null]
  }
}

/** The row, or why there is none. */
export function parseRow(line: string): Readonly<Record<string, unknown>> | string {
  let parsed: unknown
  try {
    parsed = JSON.parse(line)
  } catch {
    return 'The line is not JSON.'
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Record<string, unknown>
  return 'A line must be an object of fields.'
}

function asKind(value: unknown, kind: FieldKind): number | string | boolean | undefined {
  switch (kind) {
    case 'number':
      return typeof value === 'number' ? value : undefined
    case 'text':
      return typeof value === 'string' ? value : undefined
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
  }
}

function own(row: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(row, name) ? row[name] : undefined
}
