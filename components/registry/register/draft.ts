// What a person has entered so far, and what is sent of it. Nothing here is lost by an error.
import { versionMetadataSchema, type Field, type VersionMetadata } from '@/lib/registry/contract'

/** Of one input; a member that was never touched keeps what the file and its metadata say. */
export interface FieldEdit {
  displayName?: string
  unit?: string
  min?: string
  max?: string
  isSensitive?: boolean
}

export interface Draft {
  model: string
  name: string
  owner: string
  tags: string
  description: string
  /** From the dropped JSON. */
  metadata: VersionMetadata
  edits: Record<string, FieldEdit>
}

export const EMPTY_DRAFT: Draft = { model: '', name: '', owner: '', tags: '', description: '', metadata: {}, edits: {} }

/** Messages by the place they belong to: `model`, `artifact`, `reference`, `metadata`, `fields.age.min`. */
export type Errors = Record<string, string>

export interface MetadataReading {
  metadata: VersionMetadata | null
  error: string | null
}

export function readMetadata(text: string): MetadataReading {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return { metadata: null, error: 'This file is not JSON. Check it with a JSON formatter.' }
  }
  const result = versionMetadataSchema.safeParse(parsed)
  if (result.success) return { metadata: result.data, error: null }
  const [first] = result.error.issues
  const path = first?.path.map(String).join('.')
  return { metadata: null, error: `${path ? `${path}: ` : ''}${first?.message ?? 'It does not fit.'}` }
}

/** The dropped JSON fills what was left empty and never overwrites what was typed. */
export function withMetadata(draft: Draft, metadata: VersionMetadata): Draft {
  return {
    ...draft,
    metadata,
    model: draft.model || (metadata.model ?? ''),
    name: draft.name || (metadata.name ?? ''),
    owner: draft.owner || (metadata.owner ?? ''),
    tags: draft.tags || (metadata.tags ?? []).join(', '),
    description: draft.description || (metadata.description ?? ''),
  }
}

export function metadataToSend(draft: Draft): { metadata: VersionMetadata; errors: Errors } {
  const errors: Errors = {}
  const fields = { ...draft.metadata.fields }
  for (const [name, edit] of Object.entries(draft.edits)) {
    const { min, max, ...rest } = fields[name] ?? {}
    const range = {
      min: edit.min === undefined ? min : numberOf(edit.min, `fields.${name}.min`, errors),
      max: edit.max === undefined ? max : numberOf(edit.max, `fields.${name}.max`, errors),
    }
    if (range.min !== undefined && range.max !== undefined && range.min > range.max) {
      errors[`fields.${name}.min`] = 'Above the largest value.'
    }
    fields[name] = without({
      ...rest,
      ...range,
      displayName: edit.displayName ?? rest.displayName,
      unit: edit.unit ?? rest.unit,
      isSensitive: edit.isSensitive ?? rest.isSensitive,
    })
  }
  const metadata = without({
    ...draft.metadata,
    model: undefined,
    name: draft.name.trim() || undefined,
    owner: draft.owner.trim() || undefined,
    tags: draft.tags.trim() === '' ? undefined : tagsOf(draft.tags),
    description: draft.description.trim() || undefined,
    fields: Object.keys(fields).length === 0 ? undefined : fields,
  })
  if (draft.model.trim() === '') errors.model = 'Name the model this is a version of, such as no-show-risk.'
  return { metadata, errors }
}

export function tagsOf(text: string): string[] {
  return [...new Set(text.split(',').map((tag) => tag.trim()).filter((tag) => tag !== ''))]
}

function numberOf(text: string, path: string, errors: Errors): number | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  const value = Number(trimmed)
  if (Number.isFinite(value)) return value
  errors[path] = 'Enter a number, or leave it empty.'
  return undefined
}

function without<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T
}

/** What the table shows of one input: what was typed, else what the file and the metadata say. */
export function shownField(field: Field, edit: FieldEdit = {}): Required<FieldEdit> {
  return {
    displayName: edit.displayName ?? field.displayName,
    unit: edit.unit ?? field.unit ?? '',
    min: edit.min ?? (field.min === undefined ? '' : String(field.min)),
    max: edit.max ?? (field.max === undefined ? '' : String(field.max)),
    isSensitive: edit.isSensitive ?? field.isSensitive,
  }
}

const PLACES = ['model', 'artifact', 'reference', 'metadata']

/** From the server's paths to the places of the form; several messages for one place are joined. */
export function errorsByPlace(problems: readonly { path: string; message: string }[]): Errors {
  const errors: Errors = {}
  for (const { path, message } of problems) {
    const inner = path.startsWith('metadata.') ? path.slice('metadata.'.length) : path
    const place = inner.startsWith('fields.') || PLACES.includes(inner) ? inner : 'metadata'
    errors[place] = errors[place] === undefined ? message : `${errors[place]} ${message}`
  }
  return errors
}

/** `No-show risk` → `no-show-risk`. */
export function slugFrom(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64)
}
