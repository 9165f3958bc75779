'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { INCIDENT_KINDS } from '@/lib/alerts/contract'
import { KIND_WORDS } from './in-words'

const STATES = [
  { value: '', label: 'Every state' },
  { value: 'unresolved', label: 'Unresolved' },
  { value: 'open', label: 'Open' },
  { value: 'acknowledged', label: 'Acknowledged' },
  { value: 'resolved', label: 'Resolved' },
]

export function IncidentFilters({ models }: { models: readonly { slug: string; name: string }[] }) {
  const [filter, setFilter] = useQueryStates(
    { status: parseAsString.withDefault(''), kind: parseAsString.withDefault(''), model: parseAsString.withDefault(''), cursor: parseAsString },
    { shallow: false, clearOnDefault: true },
  )
  return (
    <div className="flex flex-wrap items-end gap-3">
      <Field label="State" className="w-40">
        {(control) => <Select {...control} value={filter.status} options={STATES} onChange={(event) => void setFilter({ status: event.target.value, cursor: null })} />}
      </Field>
      <Field label="About" className="w-40">
        {(control) => (
          <Select
            {...control}
            value={filter.kind}
            options={[{ value: '', label: 'Everything' }, ...INCIDENT_KINDS.map((kind) => ({ value: kind, label: KIND_WORDS[kind] }))]}
            onChange={(event) => void setFilter({ kind: event.target.value, cursor: null })}
          />
        )}
      </Field>
      <Field label="Model" className="w-56">
        {(control) => (
          <Select
            {...control}
            value={filter.model}
            options={[{ value: '', label: 'Every model' }, ...models.map((model) => ({ value: model.slug, label: model.name }))]}
            onChange={(event) => void setFilter({ model: event.target.value, cursor: null })}
          />
        )}
      </Field>
    </div>
  )
}
