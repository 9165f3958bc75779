'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { Input } from '@/components/ui/input'
import { SearchInput } from '@/components/ui/search-input'
import { Select } from '@/components/ui/select'

const ACTION_KINDS = [
  { value: '', label: 'Every action' },
  { value: 'promotion.', label: 'Promotions' },
  { value: 'release.', label: 'Releases and rollbacks' },
  { value: 'version.', label: 'Versions' },
  { value: 'incident.', label: 'Incidents' },
  { value: 'guardrails.', label: 'Guardrails' },
  { value: 'person.', label: 'People' },
  { value: 'token.', label: 'Tokens' },
  { value: 'prediction.', label: 'Explanations' },
  { value: 'outcomes.', label: 'Outcomes' },
  { value: 'check.', label: 'Checks' },
  { value: 'monitors.', label: 'Monitors' },
  { value: 'channel.', label: 'Channels' },
]

export function AuditFilters() {
  const [filter, setFilter] = useQueryStates(
    { text: parseAsString.withDefault(''), action: parseAsString.withDefault(''), from: parseAsString.withDefault(''), to: parseAsString.withDefault(''), before: parseAsString },
    { shallow: false, clearOnDefault: true },
  )
  return (
    <div className="flex flex-wrap items-end gap-3">
      <SearchInput label="Search by who, what or why" value={filter.text} onSearch={(text) => void setFilter({ text, before: null })} placeholder="Who, what or why" />
      <Select className="w-auto" aria-label="Kind of action" options={ACTION_KINDS} value={filter.action} onChange={(event) => void setFilter({ action: event.target.value, before: null })} />
      <label className="grid gap-1 text-sm">
        From (UTC)
        <Input type="date" value={filter.from} onChange={(event) => void setFilter({ from: event.target.value, before: null })} />
      </label>
      <label className="grid gap-1 text-sm">
        Until (UTC)
        <Input type="date" value={filter.to} onChange={(event) => void setFilter({ to: event.target.value, before: null })} />
      </label>
    </div>
  )
}
