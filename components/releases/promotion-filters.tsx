'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { PROMOTION_STATUSES } from '@/lib/releases/contract'
import { STATUS_WORDS } from './in-words'

export interface PromotionFiltersProps {
  models: readonly { slug: string; name: string }[]
}

export function PromotionFilters({ models }: PromotionFiltersProps) {
  const [filter, setFilter] = useQueryStates(
    { status: parseAsString.withDefault(''), model: parseAsString.withDefault(''), cursor: parseAsString },
    { shallow: false, clearOnDefault: true },
  )
  return (
    <div className="mb-3 flex flex-wrap items-end gap-3">
      <Field label="State" className="w-44">
        {(control) => (
          <Select
            {...control}
            value={filter.status}
            options={[{ value: '', label: 'Every state' }, ...PROMOTION_STATUSES.map((status) => ({ value: status, label: STATUS_WORDS[status].label }))]}
            onChange={(event) => void setFilter({ status: event.target.value, cursor: null })}
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
