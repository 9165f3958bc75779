/** The names of the columns: from hints, else from the file's metadata, else from the inputs themselves. */
import { ModelFileError, quoted } from './model-file-error'

export interface NamedInput {
  name: string
  /** Null where the file leaves the number open. */
  columns: number | null
}

/** A row of more fields than this is not a row somebody enters; also what one row may cost to read. */
const MAXIMUM_FIELDS = 10_000

/** Keys under which exporters and people keep the order of columns, as a JSON list or separated by commas. */
const METADATA_KEYS = ['featureOrder', 'feature_order', 'feature_names', 'featureNames', 'features', 'columns']

/**
 * @returns for each input the names of its columns.
 * @throws ModelFileError (`hints`) where the given names do not fit the columns or two are the same.
 */
export function fieldNames(
  inputs: readonly NamedInput[],
  featureOrder: readonly string[] | undefined,
  metadata: Readonly<Record<string, string>>,
): string[][] {
  const open = inputs.filter((input) => input.columns === null)
  const known = inputs.reduce((sum, input) => sum + (input.columns ?? 0), 0)
  const total = known + open.length
  if (known > MAXIMUM_FIELDS || total > MAXIMUM_FIELDS) {
    throw new ModelFileError(
      'unsupported-input',
      `The model takes more than ${MAXIMUM_FIELDS} values per row: serve models of rows of fields here.`,
    )
  }

  const given = featureOrder ?? (open.length === 0 && known === inputs.length ? null : fromMetadata(metadata))
  // One input of open width is as wide as the names say; an open width beside others, or without names, is one column.
  const widest = given !== null && open.length === 1 ? given.length - known : 1
  const widths = inputs.map((input) => input.columns ?? widest)
  const expected = widths.reduce((sum, width) => sum + width, 0)
  const fits = given !== null && given.length === expected && widest > 0 && expected <= MAXIMUM_FIELDS
  if (featureOrder && !fits) {
    throw new ModelFileError(
      'hints',
      `The feature order names ${featureOrder.length} columns where the model takes ${total}: give one name per column.`,
    )
  }
  const names = fits ? cut(given, widths) : inputs.map((input) => ownNames(input, inputs.length))
  refuseDoubles(names.flat())
  return names
}

function ownNames(input: NamedInput, inputs: number): string[] {
  const columns = input.columns ?? 1
  if (columns === 1) return [input.name]
  const prefix = inputs === 1 ? 'f' : `${input.name}_`
  return Array.from({ length: columns }, (_, column) => `${prefix}${column}`)
}

function cut(names: readonly string[], widths: readonly number[]): string[][] {
  let at = 0
  return widths.map((width) => names.slice(at, (at += width)))
}

function fromMetadata(metadata: Readonly<Record<string, string>>): string[] | null {
  for (const key of METADATA_KEYS) {
    const text = Object.hasOwn(metadata, key) ? metadata[key] : undefined
    if (text === undefined) continue
    const names = asList(text)
    if (names && new Set(names).size === names.length) return names
  }
  return null
}

function asList(text: string): string[] | null {
  try {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) && parsed.every((name) => typeof name === 'string' && name !== '') ? parsed : null
  } catch {
    const names = text.split(',').map((name) => name.trim())
    return names.every((name) => name !== '') ? names : null
  }
}

function refuseDoubles(names: readonly string[]): void {
  const seen = new Set<string>()
  for (const name of names) {
    if (name === '') throw new ModelFileError('hints', 'A column has an empty name: name every column.')
    if (seen.has(name)) {
      throw new ModelFileError('hints', `Two columns are named ${quoted(name)}: give each its own name.`)
    }
    seen.add(name)
  }
}
