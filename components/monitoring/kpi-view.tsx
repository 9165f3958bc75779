import { IntervalChart } from '@/components/charts/interval/chart'
import { TimeSeriesChart } from '@/components/charts/time-series/chart'
import { formatChange, formatCount, formatNumber, formatPercent } from '@/components/ui/format'
import { Section } from '@/components/ui/section'
import type { KpiOfVersion, KpiReport } from '@/lib/monitoring/contract'
import { kpiName } from './in-words'
import type { ChartContext } from './traffic-charts'

export interface KpiViewProps extends ChartContext {
  report: KpiReport
}

const KIND_WORDS: Record<KpiReport['kind'], string> = {
  rate: 'Share of predictions with this event', share: 'Share of events with value 1', mean: 'Mean value of an event',
}
const ROLE_WORDS: Record<KpiOfVersion['role'], string> = { champion: 'champion', challenger: 'challenger', earlier: 'served before' }

/** One business value by version: with its uncertainty, against the champion, and over time. */
export function KpiView({ report, annotations, unfinishedFrom, rangeWords }: KpiViewProps) {
  const name = kpiName(report.name)
  const format = report.kind === 'mean' ? 'number' : 'percent'
  const write = (value: number) => (report.kind === 'mean' ? formatNumber(value) : formatPercent(value))
  const champion = report.versions.find((version) => version.role === 'champion')
  const events = report.versions.reduce((sum, version) => sum + version.events, 0)
  return (
    <Section title={name} description={`${KIND_WORDS[report.kind]}; ${formatCount(events)} events of ${rangeWords}, 95 % intervals.`}>
      <div className="grid gap-4 lg:grid-cols-2">
        <IntervalChart
          question={report.versions.length > 1 ? `Does the version change “${name.toLowerCase()}”?` : `How high is “${name.toLowerCase()}” with this version?`}
          answer={effectSentence(report, write)}
          items={report.versions.map((version) => ({
            id: version.versionId,
            label: `Version ${version.versionNumber} (${ROLE_WORDS[version.role]})`,
            estimate: version.estimate,
            low: version.low,
            high: version.high,
            count: report.kind === 'rate' ? version.predictions : version.events,
            difference: version.effect ?? undefined,
          }))}
          baselineId={champion?.versionId}
          format={format}
          valueLabel={name}
        />
        <TimeSeriesChart
          question={`How does “${name.toLowerCase()}” move?`}
          answer="By the time of the event; where the line breaks there was none."
          series={report.series.map((one) => ({ id: one.versionId, label: `Version ${one.versionNumber}`, points: one.points }))}
          bucketMs={report.bucketMs}
          annotations={annotations}
          unfinishedFrom={unfinishedFrom}
          format={format}
        />
      </div>
    </Section>
  )
}

function effectSentence(report: KpiReport, write: (value: number) => string): string {
  const compared = report.versions.filter((version) => version.effect !== null)
  const champion = report.versions.find((version) => version.role === 'champion')
  if (compared.length === 0) {
    const [only] = report.versions
    return only ? `${write(only.estimate)} with version ${only.versionNumber}, between ${write(only.low)} and ${write(only.high)}.` : ''
  }
  return compared
    .map(({ versionNumber, effect, role, estimate }) => {
      if (effect === null || effect.verdict === 'same') return `With version ${versionNumber} no difference from the champion can be told yet.`
      const against = champion === undefined ? formatChange(effect.relative) : `${write(estimate)} against ${write(champion.estimate)}`
      // Served at another time, among other conditions: a difference is not the version's doing.
      const caution = role === 'earlier' ? ' It served at another time, so other things may have changed too.' : ''
      return `With version ${versionNumber} it is ${effect.verdict} than with the champion (${against}).${caution}`
    })
    .join(' ')
}
