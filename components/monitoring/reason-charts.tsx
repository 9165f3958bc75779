import { TimeSeriesChart } from '@/components/charts/time-series/chart'
import { formatNumber } from '@/components/ui/format'
import type { AttributionReport, FieldAttribution } from '@/lib/monitoring/contract'
import { stretchOf } from '@/lib/monitoring/rules/attributions'
import { placeWords } from '@/lib/monitoring/rules/reason-words'
import { lengthInWords } from '@/lib/monitoring/rules/time'
import type { ChartContext } from './traffic-charts'

export interface ReasonChartsProps extends ChartContext {
  report: AttributionReport
}

/** As many lines as can be told apart. */
const MOST_LINES = 4

/** Whether fields matter in the same order, and how often those that changed or matter most are reasons. */
export function ReasonCharts({ report, annotations, unfinishedFrom }: ReasonChartsProps) {
  const span = lengthInWords(report.spanMs / 3_600_000)
  const shared = { bucketMs: report.bucketMs, annotations, unfinishedFrom }
  const shown = linesOf(report.fields)
  const empty = `A point appears once ${formatNumber(Math.min(50, report.minimumRows))} predictions were explained within its stretch of time.`
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <TimeSeriesChart
        {...shared}
        question="How often are these fields main reasons?"
        answer={`Share of predictions in which each is ${placeWords(report.places)}, over the ${span} before each point.`}
        emptyText={empty}
        series={shown.map(({ field, displayName, series }) => ({
          id: field, label: displayName, points: series.map(({ at, share }) => ({ at, value: share })),
        }))}
        format="percent"
        maximum={1}
      />
      <TimeSeriesChart
        {...shared}
        question="Do the fields still matter in the same order?"
        answer={
          report.ndcg === null
            ? undefined
            : `The order agrees by ${formatNumber(report.ndcg, { decimals: 2 })} of 1 with that of the reference (NDCG); below ${formatNumber(report.leastNdcg)} it counts as changed.`
        }
        emptyText={empty}
        series={[{ id: 'ndcg', label: 'Agreement of the order (NDCG)', points: report.series.map(({ at, ndcg }) => ({ at, value: ndcg })) }]}
        threshold={{ value: report.leastNdcg, label: 'Limit' }}
        format="score"
        maximum={1}
      />
    </div>
  )
}

/** What left its band at any time in the range, farthest first; then what is cited most. */
function linesOf(fields: readonly FieldAttribution[]): FieldAttribution[] {
  const farthest = new Map(fields.map((field) => [field, farthestOf(field)]))
  const reach = (field: FieldAttribution) => Math.max(1, farthest.get(field) ?? 0)
  return [...fields].sort((a, b) => reach(b) - reach(a) || (b.main.current ?? 0) - (a.main.current ?? 0)).slice(0, MOST_LINES)
}

function farthestOf({ main, series }: FieldAttribution): number {
  return Math.max(0, ...series.map(({ share, low, high }) => (share === null || low === null || high === null ? 0 : stretchOf(share, main.reference, { low, high }))))
}
