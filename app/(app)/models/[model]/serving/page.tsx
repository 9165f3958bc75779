import type { Metadata } from 'next'
import Link from 'next/link'
import { Suspense } from 'react'
import { problemMeanings } from '@/components/docs/problem-meanings'
import { annotationsOf } from '@/components/monitoring/annotations'
import { rangeInWords } from '@/components/monitoring/in-words'
import { readView, type MonitoringView, type ViewParams } from '@/components/monitoring/read-view'
import { ReadingsSkeleton } from '@/components/monitoring/readings-skeleton'
import { TrafficCharts } from '@/components/monitoring/traffic-charts'
import { ViewPicker } from '@/components/monitoring/view-picker'
import { ArmsTable } from '@/components/serving/arms-table'
import { LiveCard } from '@/components/serving/live/live-card'
import { RefusalsChart } from '@/components/serving/refusals-chart'
import { ServingDesk } from '@/components/serving/serving-desk'
import { CallersTable } from '@/components/serving/usage/usage-tables'
import { byCaller } from '@/components/serving/usage/usage-view'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { formatDateTime } from '@/components/ui/format'
import { can, requireVisitor } from '@/lib/access/page'
import { listDecisions } from '@/lib/explanations/queries'
import { trafficOf } from '@/lib/monitoring/queries'
import { bucketOf } from '@/lib/monitoring/rules'
import { HOUR_MS } from '@/lib/platform/clock'
import { environment as settings } from '@/lib/platform/environment'
import { readBackground, versionById } from '@/lib/registry/queries'
import { exampleRow } from '@/lib/registry/rules'
import { releaseInForce } from '@/lib/releases/queries'
import { callerNames, rowsByVersion, usageBy } from '@/lib/serving/queries'

export const metadata: Metadata = { title: 'Serving' }

const MOST_LISTED = 8

interface Props {
  params: Promise<{ model: string }>
  searchParams: Promise<ViewParams>
}

export default async function ServingPage({ params, searchParams }: Props) {
  const person = await requireVisitor()
  const may = can(person)
  const asked = await searchParams
  const view = await readView((await params).model, asked)
  const { db, model, environment, environments, range, versions } = view
  if (!view.version) return <EmptyState title="Nothing to serve yet">Register a version and release it; calls to it are answered and shown here.</EmptyState>
  const [shown, release, latest] = await Promise.all([
    versionById(db, view.version.id),
    releaseInForce(db, model.id, environment),
    listDecisions(db, { model: model.slug, environment, limit: MOST_LISTED }, { maySeeSensitive: may('sensitive:read') }),
  ])
  if (!shown) return null
  const [real] = await readBackground(shown)
  const mayTry = may('predict:unreleased')
  return (
    <div className="grid gap-5">
      <ViewPicker range={range} environment={environment} environments={environments} />
      <LiveCard key={environment} model={model.slug} environment={environment} initial={latest.decisions.filter(({ channel }) => channel === 'online')} />
      <ServingDesk
        key={`${shown.id} ${environment}`}
        address={settings().publicUrl}
        model={{ slug: model.slug }}
        signature={shown.signature}
        environment={environment}
        environments={environments}
        versions={mayTry ? [...versions].sort((a, b) => b - a) : []}
        version={mayTry && asked.version !== undefined ? shown.number : null}
        needsVersion={release === null}
        hasRows={real !== undefined && may('sensitive:read')}
        person={person.name}
        example={exampleRow(shown.signature, shown.reference, real, may('sensitive:read'))}
        mayPredict={may('predict') && (release !== null || mayTry)}
      />
      <Suspense key={view.query} fallback={<ReadingsSkeleton charts={4} />}>
        <Readings view={view} release={release} maySeeTokens={may('token:write')} />
      </Suspense>
    </div>
  )
}

interface ReadingsProps {
  view: MonitoringView
  release: Awaited<ReturnType<typeof releaseInForce>>
  maySeeTokens: boolean
}

async function Readings({ view, release, maySeeTokens }: ReadingsProps) {
  const { db, model, environment, range, at } = view
  const { bucketMs } = range
  // The hour in which the release began has calls of the one before it too.
  const armsFrom = release ? Math.max(range.from, Math.ceil(release.startedAt / HOUR_MS) * HOUR_MS) : 0
  const [traffic, annotations, meanings, lines, rows] = await Promise.all([
    trafficOf(db, { modelId: model.id, environment, channel: 'online', window: range, bucketMs }),
    annotationsOf(view),
    problemMeanings(),
    usageBy(db, { ...range, modelId: model.id }, 'whole'),
    release ? rowsByVersion(db, model.id, environment, armsFrom, range.to) : new Map<string, number>(),
  ])
  const own = lines.filter((line) => line.environment === environment && line.channel === 'online')
  const names = await callerNames(db, own.map((line) => line.caller), maySeeTokens)
  const rangeWords = rangeInWords(range)
  return (
    <>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <TrafficCharts report={traffic} errorLimit={null} annotations={annotations} rangeWords={rangeWords} unfinishedFrom={range.to >= at ? bucketOf(at, bucketMs) : undefined} />
        <RefusalsChart refusals={traffic.errorsByCode} meanings={meanings} rangeWords={rangeWords} />
      </div>
      {release && (
        <Card
          flush
          title="Does each version get the share it should?"
          description={
            armsFrom < at ? (
              <>Calls since {formatDateTime(armsFrom)}. <Link href={`/models/${model.slug}/releases`} className="link">Releases</Link> are changed on their own page.</>
            ) : (
              'The release is younger than a whole hour, by which calls are counted here.'
            )
          }
        >
          <ArmsTable slug={model.slug} arms={release.arms} rows={rows} />
        </Card>
      )}
      <Card flush title="Who calls it?" description={`In ${rangeWords}. ${maySeeTokens ? 'Tokens of programs, and people who tried it.' : 'Names of tokens and people are shown to administrators.'}`}>
        {own.length > 0 ? (
          <CallersTable callers={byCaller(own, names, new Map())} isNow={false} />
        ) : traffic.rows > 0 ? (
          <EmptyState title="No caller was counted in this time">These predictions were brought in, or are older than the counting by caller. Each one names its caller.</EmptyState>
        ) : (
          <EmptyState title="Nobody called it in this time">Make a token with the scope predict, and call it as shown above.</EmptyState>
        )}
      </Card>
    </>
  )
}
