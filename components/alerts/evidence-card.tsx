import Link from 'next/link'
import { Card } from '@/components/ui/card'
import { ButtonLink } from '@/components/ui/button'
import { formatDateTime } from '@/components/ui/format'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { IncidentView } from '@/lib/alerts/contract'
import { chartHref, figureText } from './in-words'

/** The figures an incident rests on, with their limits, and the way to the chart they come from. */
export function EvidenceCard({ incident }: { incident: IncidentView }) {
  const { figures, fields = [], window } = incident.evidence
  const href = chartHref(incident, fields.length === 1 ? fields[0]?.field : undefined)
  return (
    <Card
      flush
      title="Evidence"
      description={window ? `${formatDateTime(window.from)} to ${formatDateTime(window.to)}` : undefined}
      actions={href === null ? undefined : <ButtonLink href={href}>Open the chart</ButtonLink>}
    >
      {figures.length > 0 && (
        <Table caption="Figures and their limits">
          <TableHeader>
            <TableRow>
              <TableHead>Figure</TableHead>
              <TableHead numeric>Value</TableHead>
              <TableHead numeric>Limit</TableHead>
            </TableRow>
          </TableHeader>
          <TableBody>
            {figures.map((figure) => (
              <TableRow key={figure.name}>
                <TableCell>{figure.name}</TableCell>
                <TableCell numeric>{figureText(figure, figure.value)}</TableCell>
                <TableCell numeric>{figureText(figure, figure.limit)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      {fields.length > 0 && (
        <ul className="grid gap-1 border-t p-4 text-sm">
          {fields.map((field) => {
            const fieldHref = chartHref(incident, field.field)
            return (
              <li key={field.field}>
                {fieldHref === null ? field.sentence : <Link href={fieldHref} className="link">{field.sentence}</Link>}
              </li>
            )
          })}
        </ul>
      )}
    </Card>
  )
}
