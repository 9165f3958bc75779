import type { Metadata } from 'next'
import { Suspense } from 'react'
import { annotationsOf } from '@/components/monitoring/annotations'
import { rangeInWords } from '@/components/monitoring/in-words'
import { KpiView } from '@/components/monitoring/kpi-view'
import { readView, type MonitoringView, type ViewParams } from '@/components/monitoring/read-view'
import { ReadingsSkeleton } from '@/components/monitoring/readings-skeleton'
import { ViewPicker } from '@/components/monitoring/view-picker'
import { EmptyState } from '@/components/ui/empty-state'
import { requireVisitor } from '@/lib/access/page'
import { kpisOf } from '@/lib/monitoring/queries'
import { bucketOf } from '@/lib/monitoring/rules'

export const metadata: Metadata = { title: 'KPIs' }

interface Props {
  params: Promise<{ model: string }>
  searchParams: Promise<ViewParams>
}

export default async function KpisPage({ params, searchParams }: Props) {
  await requireVisitor()
  const view = await readView((await params).model, await searchParams)
  const { environment, range } = view
  return (
    <div className="grid gap-6">
      <ViewPicker range={range} environment={environment} environments={view.environments} />
      <Suspense key={view.query} fallback={<ReadingsSkeleton charts={2} />}>
        <Kpis view={view} />
      </Suspense>
    </div>
  )
}

async function Kpis({ view }: { view: MonitoringView }) {
  const { db, model, environment, range, at } = view
  const [kpis, annotations] = await Promise.all([
    kpisOf(db, { modelId: model.id, environment, window: range, bucketMs: range.bucketMs }),
    annotationsOf(view),
  ])
  const context = { annotations, rangeWords: rangeInWords(range), unfinishedFrom: range.to >= at ? bucketOf(at, range.bucketMs) : undefined }
  if (kpis.length === 0) {
    return (
      <EmptyState title={`No business values in ${context.rangeWords}`}>
        Send revenue, conversions or anything you count to POST /api/kpi-events with the prediction’s id or subject. Each is
        attributed to the version that answered.
      </EmptyState>
    )
  }
  return kpis.map((report) => <KpiView key={report.name} report={report} {...context} />)
}
