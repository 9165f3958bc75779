// The columns of the results, in their order.
import { createHash } from 'node:crypto'
import type { Signature } from '@/lib/registry/contract'

export interface ResultColumn {
  name: string
  type: 'integer' | 'number' | 'text'
}

export interface ResultShape {
  keep: readonly string[]
  isLogged: boolean
  hasGuardrails: boolean
  reasons: number
}

/** A name that a kept column has already gets `prediction_` before it. */
export function resultColumns(signature: Signature, { keep, isLogged, hasGuardrails, reasons }: ResultShape): ResultColumn[] {
  const taken = new Set<string>(keep)
  const free = (name: string): string => (taken.has(name) ? free(`prediction_${name}`) : name)
  const own = (name: string, type: ResultColumn['type']): ResultColumn => {
    const found = free(name)
    taken.add(found)
    return { name: found, type }
  }
  return [
    own('row', 'integer'),
    ...keep.map((name): ResultColumn => ({ name, type: 'text' })),
    ...(isLogged ? [own('prediction_id', 'text')] : []),
    ...answerColumns(signature).map(([name, type]) => own(name, type)),
    own('version', 'integer'),
    ...(hasGuardrails ? [own('fallback', 'text')] : []),
    ...Array.from({ length: reasons }, (_, index) => own(`reason_${index + 1}`, 'text')),
  ]
}

function answerColumns({ task, classes = [], decision }: Signature): [string, ResultColumn['type']][] {
  const decided: [string, 'text'][] = decision ? [['decision', 'text']] : []
  switch (task) {
    case 'regression':
      return [['value', 'number'], ...decided]
    case 'binary':
      return [['label', 'text'], ['score', 'number'], ...decided]
    case 'multiclass':
      return [['label', 'text'], ['score', 'number'], ...decided, ...classes.map((name): [string, 'number'] => [`probability_${String(name)}`, 'number'])]
  }
}

/** Ids of a job's rows: UUIDv7 with the job's time, the row's number, which sorts them, and the job's own bits. */
export function rowIds(jobId: string, startedAt: number): (row: number) => string {
  const time = Math.trunc(startedAt).toString(16).padStart(12, '0')
  const job = createHash('sha256').update(jobId).digest('hex').slice(0, 8)
  const head = `${time.slice(0, 8)}-${time.slice(8)}`
  return (row) => {
    const high = Math.floor(row / 2 ** 30) % 2 ** 12
    const low = row % 2 ** 30
    const middle = (0x8000 + (low >>> 16)).toString(16)
    return `${head}-7${high.toString(16).padStart(3, '0')}-${middle}-${(low & 0xffff).toString(16).padStart(4, '0')}${job}`
  }
}
