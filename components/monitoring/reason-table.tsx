import { EmptyState } from '@/components/ui/empty-state'
import { formatNumber, formatPercent } from '@/components/ui/format'
import { InfoTip } from '@/components/ui/info-tip'
import { Sparkline } from '@/components/ui/sparkline'
import { StatusMark } from '@/components/ui/status-mark'
import { RowLink, Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { AttributionReport } from '@/lib/monitoring/contract'
import { placeWords } from '@/lib/monitoring/rules/reason-words'
import { lengthInWords } from '@/lib/monitoring/rules/time'
import { REASON_STATE, REASON_WORDS } from './in-words'

export interface ReasonTableProps {
  report: AttributionReport
  /** Address of a field's page, to which its name is added. */
  base: string
  query: string
  rangeWords: string
}

/** Every field, farthest from its share of reasons in the reference first. */
export function ReasonTable({ report, base, query, rangeWords }: ReasonTableProps) {
  if (report.explained === 0) {
    return (
      <EmptyState title="Nothing was explained in this time">
        {report.rows === 0
          ? 'Each prediction is explained as it is served. Choose a longer time above.'
          : 'The explanation policy of this environment keeps no explanations with its predictions, so there is nothing to watch.'}
      </EmptyState>
    )
  }
  const place = placeWords(report.places)
  return (
    <Table caption="Fields by how often they are main reasons">
      <TableHeader>
        <TableRow>
          <TableHead>Field</TableHead>
          <TableHead className="max-sm:hidden">What changed</TableHead>
          <TableHead>Over time</TableHead>
          <TableHead numeric>
            Reference
            <InfoTip term="Reference">
              <p className="text-sm">
                Share of the {formatNumber(report.referenceRows)} reference rows in which the field is {place}: one of the largest contributions to the
                answer, in either direction.
              </p>
            </InfoTip>
          </TableHead>
          <TableHead numeric>
            Now
            <InfoTip term="Now">
              <p className="text-sm">
                The same share of the explained predictions, with its 95 % interval. The line shows it for the {lengthInWords(report.spanMs / 3_600_000)} before each point.
              </p>
            </InfoTip>
          </TableHead>
          <TableHead numeric>
            Distance
            <InfoTip term="Distance">
              <p className="text-sm">Jensen-Shannon distance of the field’s contributions from those on the reference rows: 0 for equal, 1 for disjoint ones.</p>
            </InfoTip>
          </TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {report.fields.map((field) => (
          <TableRow key={field.field}>
            <TableCell className="min-w-40 max-sm:min-w-52">
              <RowLink href={`${base}/${encodeURIComponent(field.field)}${query}#reasons`}>{field.displayName}</RowLink>
              <StatusMark state={REASON_STATE[field.verdict]} label={REASON_WORDS[field.verdict]} className="flex text-xs" />
              <p className="mt-1 text-sm sm:hidden">{field.sentence}</p>
            </TableCell>
            <TableCell className="min-w-64 max-sm:hidden">{field.sentence}</TableCell>
            <TableCell>
              <Sparkline
                values={field.series.map((point) => point.share)}
                label={`Share of predictions in which ${field.displayName} is ${place} over ${rangeWords}, now ${formatPercent(field.main.current)}`}
              />
            </TableCell>
            <TableCell numeric>{formatPercent(field.main.reference)}</TableCell>
            <TableCell numeric>
              {formatPercent(field.main.current)}
              <span className="block text-xs whitespace-nowrap text-ink-muted">
                {formatPercent(field.main.low)} to {formatPercent(field.main.high)}
              </span>
            </TableCell>
            <TableCell numeric>{formatNumber(field.jensenShannon, { decimals: 2 })}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
