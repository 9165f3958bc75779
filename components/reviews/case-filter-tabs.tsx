import { Tabs } from '@/components/ui/tabs'
import { CASE_FILTERS, type ReviewProgress } from '@/lib/evidence/contract'
import type { CaseListView } from './case-view-query'
import { FILTER_WORDS } from './in-words'

export function CaseFilterTabs({ progress, view }: { progress: ReviewProgress; view: Pick<CaseListView, 'filter' | 'filterHref'> }) {
  const { cases, inOrder, concern } = progress
  const counts = { open: cases - inOrder - concern, 'in-order': inOrder, concern }
  return (
    <Tabs
      label="Cases by verdict"
      className="px-2"
      current={view.filterHref(view.filter)}
      tabs={[
        { label: 'All cases', href: view.filterHref(undefined), count: cases },
        ...CASE_FILTERS.map((filter) => ({ label: FILTER_WORDS[filter], href: view.filterHref(filter), count: counts[filter] })),
      ]}
    />
  )
}
