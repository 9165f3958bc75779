import { Callout } from '@/components/ui/callout'
import { Card } from '@/components/ui/card'
import { formatCount, formatPercent } from '@/components/ui/format'
import type { AttributionReport } from '@/lib/monitoring/contract'
import { ReasonCharts } from './reason-charts'
import { ReasonTable } from './reason-table'
import type { ChartContext } from './traffic-charts'

export interface ReasonSectionProps extends ChartContext {
  /** null where explanations of the version have no reference. */
  report: AttributionReport | null
  versionNumber: number
  base: string
  query: string
}

/** Why the model decides, now and on the reference rows. */
export function ReasonSection({ report, versionNumber, base, query, ...context }: ReasonSectionProps) {
  if (report === null) {
    return (
      <div id="reasons" className="scroll-mt-20">
        <Callout state="unknown" title={`Reasons of version ${versionNumber} cannot be compared`}>
          Why a model decides is watched for versions that are explained exactly and were registered with reference data.
        </Callout>
      </div>
    )
  }
  return (
    <section id="reasons" aria-label="Why the model decides" className="grid scroll-mt-20 gap-4">
      <Card flush title="Why the model decides: is it still what it was?" description={descriptionOf(report, context.rangeWords)}>
        <ReasonTable report={report} base={base} query={query} rangeWords={context.rangeWords} />
      </Card>
      {report.explained > 0 && <ReasonCharts report={report} {...context} />}
    </section>
  )
}

function descriptionOf({ rows, explained, referenceRows, minimumRows, fields }: AttributionReport, rangeWords: string): string {
  if (rows === 0) return `No predictions in ${rangeWords}.`
  const compared = `${formatCount(explained)} explained predictions of ${rangeWords} (${formatPercent(explained / rows)} of all) against ${formatCount(referenceRows)} reference rows`
  if (explained < minimumRows) return `Too few to judge: ${compared}; ${formatCount(minimumRows)} are needed.`
  const changed = fields.filter(({ verdict }) => verdict !== 'same' && verdict !== 'unknown').length
  return `${changed === 0 ? 'Every field is a main reason about as often as in the reference' : changed === 1 ? 'One field is a main reason more or less often than known' : `${changed} fields are main reasons more or less often than known`}: ${compared}.`
}
