import type { Metadata } from 'next'
import { PageHeader } from '@/components/layout/page-header'
import { PredictionFilters } from '@/components/predictions/prediction-filters'
import { PredictionList } from '@/components/predictions/prediction-list'
import { nothingFound, readSearch } from '@/components/predictions/search-query'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { listDecisions, searchChoices } from '@/lib/explanations/queries'

export const metadata: Metadata = { title: 'Predictions' }

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function PredictionsPage({ searchParams }: Props) {
  const may = can(await requireVisitor())
  const search = readSearch('/predictions', await searchParams)
  const db = await database()
  const choices = await searchChoices(db, search.filter.model)
  const page = await listDecisions(db, search.filter, { maySeeSensitive: may('sensitive:read') }).catch(nothingFound)
  return (
    <>
      <PageHeader title="Predictions" description="Every answered call, newest first. Find a decision by the customer's key or the reference of a letter, and read why." />
      <div className="grid gap-5">
        <PredictionFilters
          models={choices.models.map(({ slug, name }) => ({ value: slug, label: name }))}
          versions={choices.versions}
          reasons={choices.reasons}
          decisions={choices.decisions}
          callers={choices.callers.map(({ caller, name }) => ({ value: caller, label: name }))}
        />
        <PredictionList page={page} search={search} showModel resetHref="/predictions" />
      </div>
    </>
  )
}
