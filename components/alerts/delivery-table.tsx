import { RelativeTime } from '@/components/ui/relative-time'
import { StatusMark } from '@/components/ui/status-mark'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { Delivery } from '@/lib/alerts/contract'
import { DELIVERY_STATE, DELIVERY_WORDS, EVENT_WORDS } from './in-words'

/** What was sent where, and what became of it. */
export function DeliveryTable({ deliveries }: { deliveries: readonly Delivery[] }) {
  return (
    <Table caption="Messages, newest first">
      <TableHeader>
        <TableRow>
          <TableHead>Channel</TableHead>
          <TableHead>Message</TableHead>
          <TableHead>State</TableHead>
          <TableHead numeric>Attempts</TableHead>
          <TableHead>Time</TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {deliveries.map((delivery) => (
          <TableRow key={delivery.id}>
            <TableCell>{delivery.channelName}</TableCell>
            <TableCell>{EVENT_WORDS[delivery.event]}</TableCell>
            <TableCell className="min-w-48">
              <StatusMark state={DELIVERY_STATE[delivery.status]} label={DELIVERY_WORDS[delivery.status]} />
              {delivery.lastError !== null && <p className="text-xs text-ink-muted">{delivery.lastError}</p>}
            </TableCell>
            <TableCell numeric>{delivery.attempts}</TableCell>
            <TableCell className="whitespace-nowrap">
              {delivery.status === 'waiting' && delivery.attempts > 0 && 'next '}
              <RelativeTime at={delivery.status === 'waiting' ? delivery.nextAttemptAt : (delivery.deliveredAt ?? delivery.createdAt)} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
