import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { PredictionFilters } from '@/components/predictions/prediction-filters'
import { PredictionList } from '@/components/predictions/prediction-list'
import { nothingFound, readSearch } from '@/components/predictions/search-query'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { listDecisions, searchChoices } from '@/lib/explanations/queries'
import { findModel } from '@/lib/registry/queries'

export const metadata: Metadata = { title: 'Predictions' }

interface Props {
  params: Promise<{ model: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function ModelPredictionsPage({ params, searchParams }: Props) {
  const may = can(await requireVisitor())
  const db = await database()
  const model = await findModel(db, (await params).model)
  if (!model) notFound()
  const path = `/models/${model.slug}/predictions`
  const search = readSearch(path, await searchParams, model.slug)
  const choices = await searchChoices(db, model.slug)
  const page = await listDecisions(db, search.filter, { maySeeSensitive: may('sensitive:read') }).catch(nothingFound)
  return (
    <div className="grid gap-5">
      <PredictionFilters versions={choices.versions} reasons={choices.reasons} decisions={choices.decisions} callers={choices.callers.map(({ caller, name }) => ({ value: caller, label: name }))} />
      <PredictionList page={page} search={search} showModel={false} resetHref={path} />
    </div>
  )
}
