// Between the texts of a form and the JSON of a call.
import type { Field } from '@/lib/registry/contract'

/** What a field shows for a value: empty where it is missing. */
export function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value)
}

/**
 * The inputs a form stands for. An empty text is a missing value; what does not fit its field is sent as it is, so that the
 * server says what is wrong in the same words as to any caller.
 */
export function inputsOf(fields: readonly Pick<Field, 'name' | 'type'>[], texts: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [field.name, valueOf(field, texts[field.name] ?? '')]))
}

function valueOf({ type }: Pick<Field, 'type'>, text: string): unknown {
  const trimmed = text.trim()
  if (trimmed === '') return null
  switch (type) {
    case 'number':
    case 'integer':
      return Number.isNaN(Number(trimmed)) ? text : Number(trimmed)
    case 'boolean':
      return trimmed === 'true' ? true : trimmed === 'false' ? false : text
    default:
      return text
  }
}
