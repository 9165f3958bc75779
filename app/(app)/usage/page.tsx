import type { Metadata } from 'next'
import { TimeSeriesChart } from '@/components/charts/time-series/chart'
import { PageHeader } from '@/components/layout/page-header'
import { monthInWords, readMonth, type UsageMonth } from '@/components/serving/usage/month'
import { CallersTable, ModelsTable } from '@/components/serving/usage/usage-tables'
import { byCaller, byModel, costsInWords, totalOf, trendOf, type Quota } from '@/components/serving/usage/usage-view'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { formatDuration, formatNumber } from '@/components/ui/format'
import { Stat } from '@/components/ui/stat'
import { can, requireVisitor } from '@/lib/access/page'
import { database, type Session } from '@/lib/database'
import { DAY_MS, now } from '@/lib/platform/clock'
import { callerNames, modelNames, newestServingSettings, newestTokenLimits, refusedByCode, rowsThisMonth, usageBy, usageSeries } from '@/lib/serving/queries'

export const metadata: Metadata = { title: 'Usage' }

export default async function UsagePage({ searchParams }: { searchParams: Promise<{ month?: string }> }) {
  const may = can(await requireVisitor())
  const at = now()
  const month = readMonth((await searchParams).month, at)
  const db = await database()
  const [lines, series, refused, models, quotas] = await Promise.all([
    usageBy(db, month, 'whole'),
    usageSeries(db, month, 'day'),
    refusedByCode(db, month),
    modelNames(db),
    month.isNow ? quotasOf(db, at) : new Map<string, Quota>(),
  ])
  const names = await callerNames(db, lines.map((line) => line.caller), may('token:write'))
  const total = totalOf(lines)
  const used = byModel(lines, models, refused, quotas)
  return (
    <>
      <PageHeader
        title="Usage"
        description="Who asks which model for how much, what was refused, and what it costs."
        actions={
          <>
            <MonthLinks month={month} />
            <ButtonLink href={`/api/usage/export?from=${iso(month.from)}&to=${iso(month.to)}&step=day`} prefetch={false}>Download as CSV</ButtonLink>
          </>
        }
      />
      {used.length === 0 ? (
        <EmptyState title={`No calls in ${monthInWords(month.name)}`} action={month.isNow ? undefined : <ButtonLink href="/usage">This month</ButtonLink>}>
          Create a token, then ask a released model: POST /api/models/…/predict. Calls are counted here as they are answered.
        </EmptyState>
      ) : (
        <div className="grid gap-5">
          <Card title={monthInWords(month.name)} description={month.isNow ? 'Until now, UTC.' : 'The whole month, UTC.'}>
            <div className="grid grid-cols-2 gap-4 md:grid-cols-5">
              <Stat label="Predictions" value={formatNumber(total.rows)} />
              <Stat label="Calls" value={formatNumber(total.calls)} />
              <Stat label="Refused calls" value={formatNumber(used.reduce((sum, one) => sum + one.refused, 0))} />
              <Stat label="Mean latency" value={formatDuration(total.meanLatencyMs)} />
              <Stat label="Cost" value={costsInWords(total.costs)} hint={total.costs.length === 0 ? 'No price counts for it.' : undefined} />
            </div>
          </Card>
          <TimeSeriesChart
            question="How many predictions did each model give, day by day?"
            series={trendOf(series, models, { from: month.from, to: Math.min(month.to, at), step: DAY_MS })}
            bucketMs={DAY_MS}
            unfinishedFrom={month.isNow ? Math.floor(at / DAY_MS) * DAY_MS : undefined}
            format="count"
            fileName={`usage-${month.name}`}
            emptyText={`Nothing was answered in ${monthInWords(month.name)}.`}
          />
          <Card flush title="By caller" description={may('token:write') ? 'Tokens of programs, and people who tried a model.' : 'Names of tokens and people are shown to administrators.'}>
            <CallersTable callers={byCaller(lines, names, quotas)} isNow={month.isNow} />
          </Card>
          <Card flush title="By model">
            <ModelsTable models={used} isNow={month.isNow} />
          </Card>
        </div>
      )}
    </>
  )
}

function MonthLinks({ month }: { month: UsageMonth }) {
  return (
    <nav aria-label="Month" className="flex gap-2">
      <ButtonLink href={`/usage?month=${month.previous}`}>← {monthInWords(month.previous)}</ButtonLink>
      {month.next !== null && <ButtonLink href={`/usage?month=${month.next}`}>{monthInWords(month.next)} →</ButtonLink>}
    </nav>
  )
}

const iso = (at: number) => new Date(at).toISOString()

/** Of everything that has a quota this month. */
async function quotasOf(db: Session, at: number): Promise<Map<string, Quota>> {
  const [counted, tokens, settings] = await Promise.all([rowsThisMonth(db, at), newestTokenLimits(db), newestServingSettings(db)])
  const allowances = [
    ...[...tokens].map(([id, { limits }]) => [`token:${id}`, limits.rowsAMonth] as const),
    ...[...settings].map(([key, { limits }]) => [key, limits.rowsAMonth] as const),
  ]
  return new Map(allowances.flatMap(([key, allowed]) => (allowed === null ? [] : [[key, { used: counted.get(key) ?? 0, allowed }]])))
}
