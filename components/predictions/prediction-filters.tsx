'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { SearchInput } from '@/components/ui/search-input'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select, type SelectOption } from '@/components/ui/select'

const PARSERS = {
  text: parseAsString.withDefault(''),
  model: parseAsString.withDefault(''),
  version: parseAsString.withDefault(''),
  from: parseAsString.withDefault(''),
  to: parseAsString.withDefault(''),
  scoreMin: parseAsString.withDefault(''),
  scoreMax: parseAsString.withDefault(''),
  caller: parseAsString.withDefault(''),
  guarded: parseAsString.withDefault(''),
  reason: parseAsString.withDefault(''),
  decision: parseAsString.withDefault(''),
  cursor: parseAsString,
}

export interface PredictionFiltersProps {
  /** Left out on a model's own page. */
  models?: readonly SelectOption[]
  /** Of one model. */
  versions?: readonly number[]
  callers: readonly SelectOption[]
  /** Fields of one model that can be the first reason. */
  reasons?: readonly { field: string; name: string }[]
  /** What a model decides on either side of its threshold. */
  decisions?: { above: string; below: string } | null
}

const ANSWERED_BY = [
  { value: '', label: 'Anyone' },
  { value: 'false', label: 'The model' },
  { value: 'true', label: 'A guardrail' },
]

/** The customer's key or the prediction's id first: that is what a person who calls has in the hand. */
export function PredictionFilters({ models, versions, callers, reasons, decisions }: PredictionFiltersProps) {
  const [filter, setFilter] = useQueryStates(PARSERS, { shallow: false, clearOnDefault: true })
  const control = (name: Exclude<keyof typeof PARSERS, 'text' | 'cursor'>) => ({
    value: filter[name],
    onChange: (event: { target: { value: string } }) => void setFilter({ [name]: event.target.value, cursor: null, ...(name === 'model' ? { version: null, reason: null, decision: null } : {}) }),
  })
  return (
    <div className="grid gap-3">
      <SearchInput
        label="Search by customer key, prediction id or the reference of a letter"
        placeholder="Customer key, or the reference of a letter"
        value={filter.text}
        onSearch={(text) => void setFilter({ text: text.trim(), cursor: null })}
        className="sm:w-96"
      />
      <div className="grid grid-cols-2 items-end gap-3 sm:flex sm:flex-wrap">
        {models && (
          <Field label="Model">{(field) => <Select {...field} {...control('model')} options={[{ value: '', label: 'Every model' }, ...models]} />}</Field>
        )}
        {versions && versions.length > 0 && (
          <Field label="Version">
            {(field) => (
              <Select {...field} {...control('version')} options={[{ value: '', label: 'Every version' }, ...versions.map((number) => ({ value: String(number), label: `v${number}` }))]} />
            )}
          </Field>
        )}
        {decisions && (
          <Field label="Decision" className="sm:w-48">
            {(field) => (
              <Select {...field} {...control('decision')} options={[{ value: '', label: 'Either' }, { value: 'above', label: decisions.above }, { value: 'below', label: decisions.below }]} />
            )}
          </Field>
        )}
        {reasons && reasons.length > 0 && (
          <Field label="First reason" className="sm:w-44">
            {(field) => <Select {...field} {...control('reason')} options={[{ value: '', label: 'Any reason' }, ...reasons.map(({ field: value, name: label }) => ({ value, label }))]} />}
          </Field>
        )}
        <Field label="From (UTC)">{(field) => <Input {...field} {...control('from')} type="date" />}</Field>
        <Field label="Until (UTC)">{(field) => <Input {...field} {...control('to')} type="date" />}</Field>
        <Field label="Score from">{(field) => <Input {...field} {...control('scoreMin')} type="number" step="any" className="sm:w-24" />}</Field>
        <Field label="Score to">{(field) => <Input {...field} {...control('scoreMax')} type="number" step="any" className="sm:w-24" />}</Field>
        <Field label="Caller">{(field) => <Select {...field} {...control('caller')} options={[{ value: '', label: 'Every caller' }, ...callers]} />}</Field>
        <Field label="Answered by">{(field) => <Select {...field} {...control('guarded')} options={ANSWERED_BY} />}</Field>
      </div>
    </div>
  )
}
