import { ListChecks } from 'lucide-react'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { formatDateTime } from '@/components/ui/format'
import { NoMatchState } from '@/components/ui/no-match-state'
import { Pagination } from '@/components/ui/pagination'
import type { DecisionPage } from '@/lib/explanations/contract'
import { PredictionTable } from './prediction-table'
import { writeCursor, type PredictionSearch } from './search-query'

export interface PredictionListProps {
  page: DecisionPage
  search: PredictionSearch
  showModel: boolean
  /** The view without filters. */
  resetHref: string
}

/** What a search found, or why there is nothing. */
export function PredictionList({ page, search, showModel, resetHref }: PredictionListProps) {
  const nextHref = page.next === null ? undefined : search.href({ cursor: writeCursor(page.next) })
  const previousHref = search.isLaterPage ? search.href({}) : undefined
  if (page.decisions.length > 0) {
    return (
      <Card flush footer={nextHref || previousHref ? <Pagination previousHref={previousHref} nextHref={nextHref} className="p-0" /> : undefined}>
        <PredictionTable decisions={page.decisions} showModel={showModel} />
      </Card>
    )
  }
  // A search looks through a bounded number of rows at a time; what it found so far is nothing.
  if (page.next !== null && nextHref !== undefined) {
    return (
      <Card>
        <EmptyState title={`Nothing since ${formatDateTime(page.next.at)}`} action={<ButtonLink href={nextHref}>Search further back</ButtonLink>}>
          The log goes on before that.
        </EmptyState>
      </Card>
    )
  }
  return (
    <Card>
      {search.isFiltered || search.isLaterPage ? (
        <NoMatchState title="No prediction matches" resetHref={resetHref}>
          Check the customer key or the reference letter by letter, or take a filter away.
        </NoMatchState>
      ) : (
        <EmptyState title="No predictions yet" icon={<ListChecks aria-hidden />}>
          Every answered call appears here: release a version, then call it with a token.
        </EmptyState>
      )}
    </Card>
  )
}
