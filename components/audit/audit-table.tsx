import { RelativeTime } from '@/components/ui/relative-time'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { AuditEvent } from '@/lib/audit/contract'

export function AuditTable({ events }: { events: AuditEvent[] }) {
  return (
    <Table caption="Audit events, newest first">
      <TableHeader>
        <TableRow>
          <TableHead numeric>No.</TableHead>
          <TableHead>When</TableHead>
          <TableHead>Who</TableHead>
          <TableHead>Did what</TableHead>
          <TableHead>To what</TableHead>
          <TableHead>Why</TableHead>
          <TableHead>Details</TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {events.map((event) => (
          <TableRow key={event.id}>
            <TableCell numeric>{event.sequence}</TableCell>
            <TableCell className="whitespace-nowrap"><RelativeTime at={event.at} /></TableCell>
            <TableCell>{event.actorName}</TableCell>
            <TableCell className="whitespace-nowrap">{actionWords(event.action)}</TableCell>
            <TableCell>{event.targetName}</TableCell>
            <TableCell>{event.reason ?? ''}</TableCell>
            <TableCell>
              <details>
                <summary className="min-h-6 cursor-pointer whitespace-nowrap">More</summary>
                <dl className="mt-1 grid max-w-md gap-1 text-xs">
                  <Detail name="Before" value={event.before} />
                  <Detail name="After" value={event.after} />
                  <Detail name="Hash" value={event.hash} />
                  <Detail name="Hash before it" value={event.previousHash} />
                  <Detail name="Request" value={event.requestId} />
                </dl>
              </details>
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

/** `promotion.approved` → promotion approved; the code itself is in the export. */
function actionWords(action: string): string {
  const words = action.replaceAll(/[.-]/g, ' ').replaceAll(/\bkpi\b/g, 'KPI')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function Detail({ name, value }: { name: string; value: unknown }) {
  if (value === null || value === undefined) return null
  return (
    <div>
      <dt className="text-ink-muted">{name}</dt>
      <dd className="font-mono break-all">{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
    </div>
  )
}
