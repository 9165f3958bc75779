'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { SearchInput } from '@/components/ui/search-input'
import { Select } from '@/components/ui/select'
import type { Facet, ModelFacets } from '@/lib/registry/contract'
import { TASK_WORDS } from './words'

const PARSERS = {
  text: parseAsString.withDefault(''),
  task: parseAsString.withDefault(''),
  tag: parseAsString.withDefault(''),
  owner: parseAsString.withDefault(''),
  cursor: parseAsString,
}

export function ModelFilters({ facets }: { facets: ModelFacets }) {
  const [filter, setFilter] = useQueryStates(PARSERS, { shallow: false, clearOnDefault: true })
  const facet = (name: 'task' | 'tag' | 'owner', all: string, values: readonly Facet[], word = (value: string) => value) => {
    const chosen = filter[name]
    const isGone = chosen !== '' && !values.some((one) => one.value === chosen)
    return (
      <Select
        className="w-auto min-w-36"
        aria-label={all}
        value={chosen}
        onChange={(event) => void setFilter({ [name]: event.target.value, cursor: null })}
        options={[
          { value: '', label: all },
          ...values.map(({ value, count }) => ({ value, label: `${word(value)} (${count})` })),
          ...(isGone ? [{ value: chosen, label: `${word(chosen)} (0)` }] : []),
        ]}
      />
    )
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchInput label="Search models" placeholder="Name, owner or tag" value={filter.text} onSearch={(text) => void setFilter({ text, cursor: null })} />
      {facet('task', 'Every kind of answer', facets.tasks, (value) => TASK_WORDS[value as keyof typeof TASK_WORDS] ?? value)}
      {facet('owner', 'Every owner', facets.owners)}
      {facet('tag', 'Every tag', facets.tags)}
    </div>
  )
}
