import { Card } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { StatusMark } from '@/components/ui/status-mark'
import { RowLink, Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { IncidentView } from '@/lib/alerts/contract'
import { incidentState, KIND_WORDS, STATUS_WORDS } from './in-words'

export function IncidentTable({ incidents }: { incidents: readonly IncidentView[] }) {
  return (
    <Card flush>
      <Table caption="Incidents, unresolved first">
        <TableHeader>
          <TableRow>
            <TableHead>State</TableHead>
            <TableHead>Incident</TableHead>
            <TableHead>Model</TableHead>
            <TableHead>About</TableHead>
            <TableHead>Since</TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {incidents.map((incident) => (
            <TableRow key={incident.id}>
              <TableCell className="whitespace-nowrap max-sm:align-top">
                <StatusMark state={incidentState(incident)} label={STATUS_WORDS[incident.status]} />
              </TableCell>
              <TableCell className="min-w-52">
                <RowLink href={`/incidents/${incident.id}`} className="whitespace-normal!">{incident.title}</RowLink>
                <p className="text-sm text-ink-muted">{incident.sentence}</p>
              </TableCell>
              <TableCell className="whitespace-nowrap">{incident.modelName ?? 'Flightdeck itself'}</TableCell>
              <TableCell className="whitespace-nowrap">{KIND_WORDS[incident.kind]}</TableCell>
              <TableCell className="whitespace-nowrap">
                <RelativeTime at={incident.openedAt} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  )
}
