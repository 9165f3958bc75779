// What stands in the form of a model's reason settings, as text, and the settings it means.
import type { ReasonSettings, ReasonSettingsInput } from '@/lib/explanations/contract'
import type { Field } from '@/lib/registry/contract'

export interface Texts {
  en: string
  de: string
}

export const KINDS = ['raised', 'lowered', 'missing'] as const
export type Kind = (typeof KINDS)[number]

export interface FieldDraft extends Record<Kind, Texts> {
  name: Texts
  labels: Record<string, Texts>
  isForbidden: boolean
  /** Empty: as the registration says. */
  isActionable: '' | 'yes' | 'no'
  direction: 'any' | 'up' | 'down'
  min: string
  max: string
  step: string
}

export interface CodeDraft {
  key: number
  code: string
  text: Texts
  fields: string[]
}
export interface GroupDraft {
  key: number
  name: Texts
  fields: string[]
}

export interface ReasonDraft {
  adverse: 'raised' | 'lowered'
  score: Texts
  above: Texts
  below: Texts
  fields: Record<string, FieldDraft>
  units: Record<string, Texts>
  codes: CodeDraft[]
  groups: GroupDraft[]
  letter: Texts
}

/** What the form needs of a field. */
export type DraftedField = Pick<Field, 'name' | 'displayName' | 'unit' | 'categoryLabels' | 'isSensitive' | 'isActionable'> & { isNumber: boolean }

/** Units whose words can be told; a share and a level are written by themselves. */
export function unitsOf(fields: readonly DraftedField[]): string[] {
  return [...new Set(fields.flatMap(({ unit }) => (unit === undefined || unit === 'share' || unit === 'level' ? [] : [unit])))]
}

export function draftOf(settings: ReasonSettings, fields: readonly DraftedField[]): ReasonDraft {
  return {
    adverse: settings.adverse,
    score: textsOf(settings.score),
    above: textsOf(settings.decision.above),
    below: textsOf(settings.decision.below),
    fields: Object.fromEntries(fields.map((field) => [field.name, fieldDraft(settings, field)])),
    units: Object.fromEntries(unitsOf(fields).map((unit) => [unit, textsOf(own(settings.units, unit))])),
    codes: settings.codes.map(({ code, text, fields: named }, key) => ({ key, code, text: textsOf(text), fields: [...named] })),
    groups: settings.groups.map(({ name, fields: named }, key) => ({ key, name: textsOf(name), fields: [...named] })),
    letter: textsOf(settings.letter),
  }
}

function fieldDraft(settings: ReasonSettings, { name, categoryLabels }: DraftedField): FieldDraft {
  const template = own(settings.templates, name)
  const change = own(settings.changes, name)
  const labels = own(settings.labels, name)
  return {
    name: textsOf(own(settings.names, name)),
    raised: textsOf(template?.raised),
    lowered: textsOf(template?.lowered),
    missing: textsOf(template?.missing),
    labels: Object.fromEntries(Object.keys(categoryLabels ?? {}).map((code) => [code, textsOf(own(labels, code))])),
    isForbidden: settings.forbidden.includes(name),
    isActionable: change?.isActionable === undefined ? '' : change.isActionable ? 'yes' : 'no',
    direction: change?.direction ?? 'any',
    min: change?.min === undefined ? '' : String(change.min),
    max: change?.max === undefined ? '' : String(change.max),
    step: change?.step === undefined ? '' : String(change.step),
  }
}

export function settingsOf(draft: ReasonDraft): ReasonSettingsInput {
  const fields = Object.entries(draft.fields)
  return {
    adverse: draft.adverse,
    ...optional('score', told(draft.score)),
    decision: { ...optional('above', told(draft.above)), ...optional('below', told(draft.below)) },
    templates: entries(fields, ([, field]) => {
      const kinds = KINDS.flatMap((kind) => {
        const texts = told(field[kind])
        return texts ? [[kind, texts] as const] : []
      })
      return kinds.length === 0 ? undefined : Object.fromEntries(kinds)
    }),
    names: entries(fields, ([, field]) => told(field.name)),
    labels: entries(fields, ([, field]) => {
      const labels = entries(Object.entries(field.labels), ([, texts]) => told(texts))
      return Object.keys(labels).length === 0 ? undefined : labels
    }),
    units: entries(Object.entries(draft.units), ([, texts]) => told(texts)),
    codes: draft.codes.map(({ code, text, fields: named }) => ({ code: code.trim(), text: required(text), fields: named })),
    groups: draft.groups.map(({ name, fields: named }) => ({ name: required(name), fields: named })),
    forbidden: fields.flatMap(([name, field]) => (field.isForbidden ? [name] : [])),
    changes: entries(fields, ([, field]) => changeOf(field)),
    letter: told(draft.letter) ?? {},
  }
}

/** Numbers that are none, at the paths that the settings have. */
export function draftProblems(draft: ReasonDraft): { path: string; message: string }[] {
  return Object.entries(draft.fields).flatMap(([name, field]) =>
    (['min', 'max', 'step'] as const).flatMap((member) => (Number.isFinite(Number(field[member])) ? [] : [{ path: `changes.${name}.${member}`, message: 'Enter a number, with a point before its decimals.' }])),
  )
}

function changeOf({ isActionable, direction, min, max, step }: FieldDraft): NonNullable<ReasonSettingsInput['changes']>[string] | undefined {
  const numbers = Object.entries({ min, max, step }).flatMap(([member, text]) => (text.trim() === '' || !Number.isFinite(Number(text)) ? [] : [[member, Number(text)] as const]))
  const change = {
    ...(isActionable === '' ? {} : { isActionable: isActionable === 'yes' }),
    ...(direction === 'any' ? {} : { direction }),
    ...Object.fromEntries(numbers),
  }
  return Object.keys(change).length === 0 ? undefined : change
}

function textsOf(texts: { en?: string | undefined; de?: string | undefined } | undefined): Texts {
  return { en: texts?.en ?? '', de: texts?.de ?? '' }
}

function told({ en, de }: Texts): { en?: string; de?: string } | undefined {
  if (en.trim() === '' && de.trim() === '') return undefined
  return { ...(en.trim() === '' ? {} : { en: en.trim() }), ...(de.trim() === '' ? {} : { de: de.trim() }) }
}

/** English must be there; that it is not is for the server to say, at its path. */
function required({ en, de }: Texts): { en: string; de?: string } {
  return { en: en.trim(), ...(de.trim() === '' ? {} : { de: de.trim() }) }
}

function entries<T, V>(from: readonly (readonly [string, T])[], valueOf: (entry: readonly [string, T]) => V | undefined): Record<string, V> {
  return Object.fromEntries(from.flatMap((entry) => {
    const value = valueOf(entry)
    return value === undefined ? [] : [[entry[0], value] as const]
  }))
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>)
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
}

/** How much of a field is told otherwise than the registration would. */
export function isFieldChanged(field: FieldDraft): boolean {
  return [field.name, ...KINDS.map((kind) => field[kind]), ...Object.values(field.labels)].some((texts) => told(texts) !== undefined) || field.isForbidden || changeOf(field) !== undefined
}
