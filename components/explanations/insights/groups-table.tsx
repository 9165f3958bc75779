import { Card } from '@/components/ui/card'
import { formatNumber, formatPercent } from '@/components/ui/format'
import { InfoTip } from '@/components/ui/info-tip'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { GroupField, GroupReport, ValueSummary } from '@/lib/explanations/rules/insights/contract'
import { numberInWords } from '@/lib/explanations/rules/value-words'
import { signedIn, styleOf } from './insight-words'

/** Field by field: how much, how sure, and whether values or their effect differ. */
export function GroupsTable({ report }: { report: GroupReport }) {
  const style = styleOf(report)
  const number = signedIn(style)
  return (
    <Card
      flush
      title="What is different about them?"
      description="A field’s part comes from values that are mixed in another way, and from the same values working in another way because the other fields differ."
      actions={
        <InfoTip term="the two parts">
          For each value, the mean contribution of both groups times the difference of its share is the mix; the rest is the effect. The parts add up to the field’s difference, the
          fields to the difference of the groups. Values are compared in ten groups of about equal size.
        </InfoTip>
      }
    >
      <Table caption={`Difference by field, ${style.inWords}`} className="min-w-180">
        <TableHeader>
          <TableRow>
            <TableHead>Field</TableHead>
            <TableHead numeric>Difference</TableHead>
            <TableHead numeric>From the mix</TableHead>
            <TableHead numeric>From the effect</TableHead>
            <TableHead>{report.group.label}</TableHead>
            <TableHead>{report.other.label}</TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {report.fields.map((field) => (
            <TableRow key={field.field}>
              <TableCell className="min-w-48">
                <p className="font-medium">{field.displayName}</p>
                <p className="text-xs text-ink-muted">{field.sentence}</p>
              </TableCell>
              <TableCell numeric>
                {number(field.difference)}
                <span className="block text-xs text-ink-muted">± {formatNumber(style.of(field.standardError), { decimals: style.decimals })}</span>
              </TableCell>
              <TableCell numeric>{number(field.fromMix)}</TableCell>
              <TableCell numeric>{number(field.fromEffect)}</TableCell>
              <TableCell>{summaryInWords(field, field.group)}</TableCell>
              <TableCell>{summaryInWords(field, field.other)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  )
}

function summaryInWords({ isMasked, unit }: GroupField, summary: ValueSummary | null): string {
  if (isMasked || summary === null) return 'hidden'
  const missing = summary.missingShare > 0 ? [`${formatPercent(summary.missingShare, 0)} not given`] : []
  if (summary.median !== null) return [`median ${numberInWords(summary.median, unit ?? undefined)}`, ...missing].join(', ')
  return [...summary.shares.slice(0, 3).map(({ label, share }) => `${label} ${formatPercent(share, 0)}`), ...missing].join(', ')
}
