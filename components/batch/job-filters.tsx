'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { BATCH_STATUSES } from '@/lib/batch/contract'
import { STATUS_WORDS } from './in-words'

const STATES = [{ value: '', label: 'Every state' }, { value: 'open', label: 'Not ended' }, ...BATCH_STATUSES.map((status) => ({ value: status, label: STATUS_WORDS[status] }))]

export interface JobFiltersProps {
  models: readonly { slug: string; name: string }[]
  schedules: readonly { id: string; name: string }[]
}

export function JobFilters({ models, schedules }: JobFiltersProps) {
  const [filter, setFilter] = useQueryStates(
    { status: parseAsString.withDefault(''), model: parseAsString.withDefault(''), schedule: parseAsString.withDefault(''), cursor: parseAsString },
    { shallow: false, clearOnDefault: true },
  )
  return (
    <div className="flex flex-wrap items-end gap-3">
      <Field label="State" className="w-40">
        {(control) => <Select {...control} value={filter.status} options={STATES} onChange={(event) => void setFilter({ status: event.target.value, cursor: null })} />}
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
      {schedules.length > 0 && (
        <Field label="Schedule" className="w-56">
          {(control) => (
            <Select
              {...control}
              value={filter.schedule}
              options={[{ value: '', label: 'Any or none' }, ...schedules.map(({ id, name }) => ({ value: id, label: name }))]}
              onChange={(event) => void setFilter({ schedule: event.target.value, cursor: null })}
            />
          )}
        </Field>
      )}
    </div>
  )
}
