import Link from 'next/link'
import { DistributionChart } from '@/components/charts/distribution/chart'
import { TimeSeriesChart } from '@/components/charts/time-series/chart'
import { Callout } from '@/components/ui/callout'
import { formatCount, formatNumber, formatPercent } from '@/components/ui/format'
import { KeyValueList } from '@/components/ui/key-value-list'
import type { AttributionReport, FieldAttribution } from '@/lib/monitoring/contract'
import { ordinal, placeWords } from '@/lib/monitoring/rules/reason-words'
import { lengthInWords } from '@/lib/monitoring/rules/time'
import { REASON_STATE } from './in-words'
import type { ChartContext } from './traffic-charts'

export interface FieldReasonsProps extends ChartContext {
  report: AttributionReport
  field: FieldAttribution
  modelSlug: string
}

/** What one field does to the answer, now and on the reference rows. */
export function FieldReasons({ report, field, modelSlug, rangeWords, annotations, unfinishedFrom }: FieldReasonsProps) {
  const { displayName, main, first, size } = field
  const place = placeWords(report.places)
  const span = lengthInWords(report.spanMs / 3_600_000)
  const unit = report.unit ?? undefined
  const sizeText = (value: number | null, at: number | null) => `${formatNumber(value, { unit })}${at === null ? '' : `, ${ordinal(at)} of ${report.fields.length}`}`
  return (
    <section id="reasons" aria-label="Why the model decides" className="grid scroll-mt-20 gap-5">
      <div>
        <h2 className="text-xl">Does {displayName} still decide as it did?</h2>
        <Callout state={REASON_STATE[field.verdict]} title={field.sentence} className="mt-3">
          {formatCount(report.explained)} explained predictions of {rangeWords} against {formatCount(report.referenceRows)} reference rows of version {report.versionNumber}.{' '}
          {(first.current ?? 0) > 0 && (
            <Link className="link" href={`/predictions?model=${modelSlug}&reason=${encodeURIComponent(field.field)}`}>
              Predictions that {displayName} moved most
            </Link>
          )}
        </Callout>
      </div>
      <div className="grid gap-4 lg:grid-cols-2">
        <TimeSeriesChart
          question="Since when is it a reason this often?"
          answer={`Share of predictions in which it is ${place}, over the ${span} before each point; outside the band it counts as changed.`}
          emptyText={`A point appears once ${formatNumber(Math.min(50, report.minimumRows))} predictions were explained within its stretch of time.`}
          series={[{ id: 'share', label: displayName, points: field.series.map(({ at, share }) => ({ at, value: share })) }]}
          band={{ label: 'As known', points: field.series.map(({ at, low, high }) => ({ at, low, high })) }}
          annotations={annotations}
          bucketMs={report.bucketMs}
          unfinishedFrom={unfinishedFrom}
          format="percent"
        />
        <DistributionChart
          question="How does it move the answer?"
          answer={`Its contributions${unit === undefined ? '' : ` in ${unit}`} in ${rangeWords} beside those on the reference rows; below 0 they lower the answer.`}
          emptyText="No prediction was explained in this time. Choose a longer one above."
          state={report.explained === 0 ? 'empty' : undefined}
          bins={field.bins}
          referenceLabel="Reference"
          currentLabel="Now"
        />
      </div>
      <KeyValueList
        layout="columns"
        items={[
          { label: 'The main reason now', value: formatPercent(first.current) },
          { label: 'The main reason in the reference', value: formatPercent(first.reference) },
          { label: `${place.charAt(0).toUpperCase()}${place.slice(1)} now`, value: `${formatPercent(main.current)} (${formatPercent(main.low)} to ${formatPercent(main.high)})` },
          { label: 'Counts as known', value: `${formatPercent(field.band.low)} to ${formatPercent(field.band.high)}` },
          { label: 'Size now (root mean square)', value: sizeText(size.current, size.currentPlace) },
          { label: 'Size in the reference', value: sizeText(size.reference, size.referencePlace) },
          { label: 'Jensen-Shannon distance', value: formatNumber(field.jensenShannon, { decimals: 3 }) },
        ]}
      />
    </section>
  )
}
