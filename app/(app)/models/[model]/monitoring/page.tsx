import type { Metadata } from 'next'
import { Suspense } from 'react'
import { annotationsOf } from '@/components/monitoring/annotations'
import { DriftTable } from '@/components/monitoring/drift-table'
import { HealthLine } from '@/components/monitoring/health-line'
import { CHANNEL_WORDS, rangeInWords } from '@/components/monitoring/in-words'
import { PerformanceChart } from '@/components/monitoring/performance-chart'
import { ReasonSection } from '@/components/monitoring/reason-section'
import { readView, type MonitoringView, type ViewParams } from '@/components/monitoring/read-view'
import { ReadingsSkeleton } from '@/components/monitoring/readings-skeleton'
import { RunChecksButton } from '@/components/monitoring/run-checks-button'
import { TrafficCharts } from '@/components/monitoring/traffic-charts'
import { ViewPicker } from '@/components/monitoring/view-picker'
import { Callout } from '@/components/ui/callout'
import { EmptyState } from '@/components/ui/empty-state'
import { can, requireVisitor } from '@/lib/access/page'
import { listIncidents } from '@/lib/alerts/queries'
import { attributionsOf, driftOf, listMonitors, performanceOf, trafficOf } from '@/lib/monitoring/queries'
import { bucketOf, driftSettings, limitOfAccuracy, reasonWatch, ruleOfKind } from '@/lib/monitoring/rules'
import { DAY_MS } from '@/lib/platform/clock'

export const metadata: Metadata = { title: 'Monitoring' }

interface Props {
  params: Promise<{ model: string }>
  searchParams: Promise<ViewParams>
}

export default async function MonitoringPage({ params, searchParams }: Props) {
  const may = can(await requireVisitor())
  const view = await readView((await params).model, await searchParams)
  const { environment, version, range } = view
  if (!version) return <EmptyState title="Nothing to watch yet">Register a version and release it; its calls appear here.</EmptyState>
  return (
    <div className="grid gap-5">
      <ViewPicker range={range} environment={environment} environments={view.environments} version={version.number} versions={view.versions} channel={view.channel} />
      <Suspense key={view.query} fallback={<ReadingsSkeleton hasTable charts={4} />}>
        <Readings view={view} version={version} mayRunChecks={may('check:run')} />
      </Suspense>
    </div>
  )
}

interface ReadingsProps {
  view: MonitoringView
  version: NonNullable<MonitoringView['version']>
  mayRunChecks: boolean
}

async function Readings({ view, version, mayRunChecks }: ReadingsProps) {
  const { db, model, environment, range, at } = view
  const { bucketMs } = range
  const monitors = await listMonitors(db, { modelId: model.id, environment })
  const { channel } = view
  const asked = { version, environment, channel, window: range, bucketMs }
  const [drift, reasons, traffic, performance, annotations, open] = await Promise.all([
    driftOf(db, { ...asked, ...driftSettings(monitors) }),
    attributionsOf(db, { ...asked, watch: reasonWatch(monitors) }),
    trafficOf(db, { modelId: model.id, environment, channel, window: range, bucketMs }),
    // Outcomes are few: by the hour their share would jump between nothing and everything.
    performanceOf(db, { ...asked, bucketMs: Math.max(bucketMs, DAY_MS), limit: limitOfAccuracy(monitors) }),
    annotationsOf(view),
    listIncidents(db, { modelId: model.id, status: 'unresolved', limit: 10 }),
  ])
  const rangeWords = rangeInWords(range)
  const areCalls = channel === 'online'
  const context = { annotations, rangeWords, unfinishedFrom: range.to >= at ? bucketOf(at, bucketMs) : undefined }
  return (
    <>
      {areCalls ? (
        <HealthLine
          monitors={monitors}
          incidents={open.incidents.filter((incident) => incident.environment === environment)}
          actions={mayRunChecks ? <RunChecksButton /> : undefined}
        />
      ) : (
        <Callout state="info" title={`What ${CHANNEL_WORDS[channel].toLowerCase()} answered, apart from calls`}>Monitors, accuracy and reasons are of calls: choose that channel to see them.</Callout>
      )}
      {drift === null ? (
        <Callout state="unknown" title={`Version ${version.number} was registered without reference data`}>
          Drift is the distance from it. Register the version with the rows it was trained on (CSV or Parquet).
        </Callout>
      ) : (
        <DriftTable report={drift} base={`/models/${model.slug}/monitoring`} query={view.query} rangeWords={rangeWords} />
      )}
      {areCalls && <ReasonSection report={reasons} versionNumber={version.number} base={`/models/${model.slug}/monitoring`} query={view.query} {...context} />}
      <div className="grid gap-4 lg:grid-cols-2">
        {areCalls && <PerformanceChart report={performance} unit={version.signature.scoreUnit} {...context} />}
        <TrafficCharts report={traffic} areCalls={areCalls} errorLimit={ruleOfKind(monitors, 'errors')?.mostShare ?? null} {...context} />
      </div>
    </>
  )
}
