import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { formatCount, formatNumber, formatPercent } from '@/components/ui/format'
import { InfoTip } from '@/components/ui/info-tip'
import { Sparkline } from '@/components/ui/sparkline'
import { StatusMark } from '@/components/ui/status-mark'
import { RowLink, Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { DriftReport } from '@/lib/monitoring/contract'
import { measureOf } from '@/lib/monitoring/rules/drift'
import { lengthInWords } from '@/lib/monitoring/rules/time'
import { MEASURE_WORDS, VERDICT_STATE, VERDICT_WORDS } from './in-words'

export interface DriftTableProps {
  report: DriftReport
  /** Address of a field's page, to which its name is added. */
  base: string
  query: string
  rangeWords: string
}

/** Every field, farthest from the reference first; words before numbers. */
export function DriftTable({ report, base, query, rangeWords }: DriftTableProps) {
  const { measure, value: limit } = report.limit
  const name = MEASURE_WORDS[measure]
  const changed = report.fields.filter((field) => field.verdict === 'changed').length
  return (
    <Card
      flush
      title="Is the data still what the model was trained on?"
      description={
        report.rows === 0
          ? `No predictions of version ${report.versionNumber} in ${rangeWords}.`
          : `${changed === 0 ? 'No field is' : changed === 1 ? 'One field is' : `${changed} fields are`} farther than the limit: ${formatCount(report.rows)} rows of ${rangeWords} against ${formatCount(report.referenceRows)} reference rows.`
      }
    >
      {report.rows === 0 ? (
        <EmptyState title="Nothing to compare yet">Each prediction is counted in the hour it was made. Choose a longer time above.</EmptyState>
      ) : (
        <Table caption="Fields by their distance from the reference">
          <TableHeader>
            <TableRow>
              <TableHead>Field</TableHead>
              <TableHead className="max-sm:hidden">What changed</TableHead>
              <TableHead>Over time</TableHead>
              <TableHead numeric>
                {name}
                <InfoTip term={name}>
                  <p className="text-sm">
                    {measure === 'psi'
                      ? 'Population stability index: how differently values spread over the reference’s tenths. Below 0.1 is usual; the limit here is '
                      : 'The distance of two distributions, 0 for equal and 1 for disjoint ones. The limit here is '}
                    {formatNumber(limit)}. The line shows it for the {lengthInWords(report.spanMs / 3_600_000)} before each point.
                  </p>
                </InfoTip>
              </TableHead>
              <TableHead numeric>Missing</TableHead>
            </TableRow>
          </TableHeader>
          <TableBody>
            {report.fields.map((field) => (
              <TableRow key={field.field}>
                <TableCell className="min-w-40 max-sm:min-w-52">
                  <RowLink href={`${base}/${encodeURIComponent(field.field)}${query}`}>{field.displayName}</RowLink>
                  <StatusMark state={VERDICT_STATE[field.verdict]} label={VERDICT_WORDS[field.verdict]} className="flex text-xs" />
                  <p className="mt-1 text-sm sm:hidden">{field.sentence}</p>
                </TableCell>
                <TableCell className="min-w-64 max-sm:hidden">{field.sentence}</TableCell>
                <TableCell>
                  <Sparkline
                    values={field.series.map((point) => measureOf(point, measure))}
                    label={`${name} of ${field.displayName} over ${rangeWords}, now ${formatNumber(measureOf(field, measure))}`}
                  />
                </TableCell>
                <TableCell numeric>{formatNumber(measureOf(field, measure), { decimals: 2 })}</TableCell>
                <TableCell numeric>{formatPercent(field.missingRate)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  )
}
