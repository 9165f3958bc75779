// One value of a row, as other protocols write it: tensors of one value, TensorFlow's bytes, the texts of a CSV file.
import type { Field, Signature } from '@/lib/registry/contract'

export type CellReader = (value: unknown) => unknown

/** What pandas.read_csv takes for a missing value unless it is told otherwise. */
const PANDAS_MISSING = new Set(['', '#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '-NaN', '-nan', '1.#IND', '1.#QNAN', '<NA>', 'N/A', 'NA', 'NULL', 'NaN', 'None', 'n/a', 'nan', 'null'])
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const FLAGS: Readonly<Record<string, boolean>> = { true: true, True: true, TRUE: true, false: false, False: false, FALSE: false }

/** What it cannot read it leaves as it is: the version's own check has the sentence for it. */
export function cellReader(field: Field, { tensors }: Pick<Signature, 'tensors'>, isText: boolean): CellReader {
  if (!isText) return plainValue
  const elementType = tensors.find((tensor) => tensor.name === field.tensor)?.elementType
  if (elementType === 'string') {
    const known = new Set(field.categories)
    return (cell) => (PANDAS_MISSING.has(String(cell)) && !(cell !== '' && known.has(String(cell))) ? null : cell)
  }
  if (elementType === 'bool') return (cell) => missingOr(cell, (text) => FLAGS[text] ?? text)
  return (cell) => missingOr(cell, (text) => (NUMBER.test(text) ? Number(text) : text))
}

function missingOr(cell: unknown, read: (text: string) => unknown): unknown {
  const text = String(cell).trim()
  return PANDAS_MISSING.has(text) ? null : read(text)
}

/** Out of its lists, where there is one value in them; bytes as their text. */
function plainValue(value: unknown): unknown {
  let inner = value
  while (Array.isArray(inner) && inner.length === 1) inner = inner[0] as unknown
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
  const { b64 } = inner as { b64?: unknown }
  return typeof b64 === 'string' && Object.keys(inner).length === 1 ? Buffer.from(b64, 'base64').toString('utf8') : inner
}
