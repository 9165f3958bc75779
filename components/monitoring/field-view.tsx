import { DistributionChart } from '@/components/charts/distribution/chart'
import { TimeSeriesChart } from '@/components/charts/time-series/chart'
import { Callout } from '@/components/ui/callout'
import { formatCount, formatNumber, formatPercent } from '@/components/ui/format'
import { KeyValueList } from '@/components/ui/key-value-list'
import type { DriftReport, FieldDrift } from '@/lib/monitoring/contract'
import { measureOf } from '@/lib/monitoring/rules/drift'
import { lengthInWords } from '@/lib/monitoring/rules/time'
import { MEASURE_WORDS, VERDICT_STATE } from './in-words'
import type { ChartContext } from './traffic-charts'

export interface FieldViewProps extends ChartContext {
  report: DriftReport
  field: FieldDrift
}

const MOST_CATEGORIES = 15

/** One field against its reference: the sentence, then how it came about, then the statistics. */
export function FieldView({ report, field, rangeWords, annotations, unfinishedFrom }: FieldViewProps) {
  const { measure, value: limit } = report.limit
  const name = MEASURE_WORDS[measure]
  const span = lengthInWords(report.spanMs / 3_600_000)
  const isMissing = field.series.some((point) => (point.missingRate ?? 0) > 0) || (field.referenceMissingRate ?? 0) > 0
  return (
    <>
      <div>
        <h2 className="text-xl">
          {field.isScore ? 'Are the model’s answers still as on the reference data?' : `Is ${field.displayName} still what the model was trained on?`}
        </h2>
        <Callout state={VERDICT_STATE[field.verdict]} title={field.sentence} className="mt-3">
          {formatCount(field.rows)} values of {rangeWords} against {formatCount(report.referenceRows)} reference rows of version {report.versionNumber}.
        </Callout>
      </div>
      <div className="grid gap-4 lg:grid-cols-2">
        <TimeSeriesChart
          question="Since when?"
          answer={`${name} of the ${span} before each point; above ${formatNumber(limit)} it counts as changed.`}
          emptyText="A point appears once 50 values came within its stretch of time."
          series={[{ id: measure, label: name, points: field.series.map((point) => ({ at: point.at, value: measureOf(point, measure) })) }]}
          threshold={{ value: limit, label: 'Limit' }}
          annotations={annotations}
          bucketMs={report.bucketMs}
          unfinishedFrom={unfinishedFrom}
          format="score"
        />
        <DistributionChart
          question="What came, and what does the model know?"
          answer={`Shares of ${rangeWords} beside those of the reference.`}
          emptyText="No value in this time. Choose a longer one above."
          state={field.rows === 0 ? 'empty' : undefined}
          bins={field.bins}
          kind={field.kind === 'number' ? 'bins' : 'categories'}
          limit={field.kind === 'category' ? MOST_CATEGORIES : undefined}
          referenceLabel="Reference"
          currentLabel="Now"
        />
        {isMissing && (
          <TimeSeriesChart
            question="How often is it missing?"
            answer={`Missing in ${formatPercent(field.missingRate)} of rows; ${formatPercent(field.referenceMissingRate)} in the reference.`}
            series={[{ id: 'missing', label: 'Missing', points: field.series.map((point) => ({ at: point.at, value: point.missingRate })) }]}
            threshold={field.referenceMissingRate === null ? undefined : { value: field.referenceMissingRate, label: 'Reference' }}
            annotations={annotations}
            bucketMs={report.bucketMs}
            unfinishedFrom={unfinishedFrom}
            format="percent"
          />
        )}
      </div>
      <KeyValueList
        layout="columns"
        items={[
          { label: 'PSI', value: formatNumber(field.psi, { decimals: 3 }) },
          { label: 'Jensen-Shannon distance', value: formatNumber(field.jensenShannon, { decimals: 3 }) },
          { label: 'Missing now', value: formatPercent(field.missingRate) },
          { label: 'Missing in the reference', value: formatPercent(field.referenceMissingRate) },
        ]}
      />
    </>
  )
}
