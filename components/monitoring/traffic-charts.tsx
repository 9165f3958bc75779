import { TimeSeriesChart } from '@/components/charts/time-series/chart'
import type { TimeAnnotation } from '@/components/charts/time-series/prepare'
import { formatCount, formatDuration, formatPercent } from '@/components/ui/format'
import type { TrafficReport } from '@/lib/monitoring/contract'

export interface ChartContext {
  annotations: readonly TimeAnnotation[]
  /** Start of the bucket that is still filling; none where the range ends in the past. */
  unfinishedFrom: number | undefined
  rangeWords: string
}

export interface TrafficChartsProps extends ChartContext {
  report: TrafficReport
  errorLimit: number | null
  /** Of a batch job no call can fail, and its speed is one of many rows at once. */
  areCalls?: boolean
}

/** Volume, speed and errors. */
export function TrafficCharts({ report, errorLimit, areCalls = true, annotations, unfinishedFrom, rangeWords }: TrafficChartsProps) {
  const shared = { bucketMs: report.bucketMs, annotations, unfinishedFrom }
  const line = (id: string, label: string, value: (point: TrafficReport['points'][number]) => number | null) => ({
    id, label, points: report.points.map((point) => ({ at: point.at, value: value(point) })),
  })
  const calls = report.rows + report.errors
  const worst = report.errorsByCode[0]
  const noCalls = { emptyText: 'Calls appear here within a second of being answered.', state: calls === 0 ? ('empty' as const) : undefined }
  return (
    <>
      <TimeSeriesChart
        {...shared}
        {...noCalls}
        question={areCalls ? 'How much is the model asked?' : 'How many rows were answered?'}
        answer={`${formatCount(report.rows)} predictions in ${rangeWords}${report.guarded > 0 ? `, ${formatCount(report.guarded)} answered by a guardrail` : ''}.`}
        series={[line('rows', 'Predictions', (point) => point.rows), ...(report.guarded > 0 ? [line('guarded', 'By a guardrail', (point) => point.guarded)] : [])]}
        format="count"
      />
      {areCalls && (
        <TimeSeriesChart
          {...shared}
          {...noCalls}
          question="Does every call get an answer?"
          answer={
            report.errors === 0
              ? `No call failed in ${rangeWords}.`
              : `${formatPercent(report.errors / calls)} of calls failed in ${rangeWords}${worst ? `, most often with ${worst.code} (${formatCount(worst.count)})` : ''}.`
          }
          series={[line('errors', 'Share of failed calls', (point) => point.errorShare)]}
          threshold={errorLimit === null ? undefined : { value: errorLimit, label: 'Limit' }}
          format="percent"
        />
      )}
      <TimeSeriesChart
        {...shared}
        question={areCalls ? 'How fast does it answer?' : 'How long does a row take?'}
        answer={`Half of the answers within ${formatDuration(report.latency.p50)}, 99 of 100 within ${formatDuration(report.latency.p99)}.`}
        emptyText="Times appear with the first answers."
        series={[
          line('p50', 'Half within', (point) => point.p50),
          line('p95', '95 % within', (point) => point.p95),
          line('p99', '99 % within', (point) => point.p99),
        ]}
        format="duration"
      />
    </>
  )
}
