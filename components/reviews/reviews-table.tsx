import { Progress } from '@/components/ui/progress'
import { RelativeTime } from '@/components/ui/relative-time'
import { StatusMark } from '@/components/ui/status-mark'
import { RowLink, Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { formatNumber } from '@/components/ui/format'
import type { Review } from '@/lib/evidence/contract'

export function ReviewsTable({ reviews }: { reviews: readonly Review[] }) {
  return (
    <Table caption="Reviews, newest first">
      <TableHeader>
        <TableRow>
          <TableHead>Review</TableHead>
          <TableHead>State</TableHead>
          <TableHead>Looked at</TableHead>
          <TableHead numeric>Concerns</TableHead>
          <TableHead numeric>Out of</TableHead>
          <TableHead>Begun</TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {reviews.map(({ id, name, model, selection, population, progress, closedAt, createdAt, createdByName }) => {
          const done = progress.inOrder + progress.concern
          return (
            <TableRow key={id}>
              <TableCell className="min-w-44">
                <RowLink href={`/reviews/${id}`} className="whitespace-normal!">{name}</RowLink>
                <span className="block text-xs text-ink-muted">
                  {model.name}
                  {selection.environment !== 'production' && ` in ${selection.environment}`}
                </span>
              </TableCell>
              <TableCell className="whitespace-nowrap">{closedAt === null ? <StatusMark state="pending" label="Open" /> : <StatusMark state="ok" label="Closed" />}</TableCell>
              <TableCell className="min-w-44"><Progress label={`Cases of ${name} looked at`} share={done / Math.max(1, progress.cases)} text={`${formatNumber(done)} of ${formatNumber(progress.cases)}`} /></TableCell>
              <TableCell numeric>{progress.concern === 0 ? '0' : <StatusMark state="attention" label={formatNumber(progress.concern)} />}</TableCell>
              <TableCell numeric>{formatNumber(population)}</TableCell>
              <TableCell className="whitespace-nowrap">
                {createdByName}
                <RelativeTime at={createdAt} className="block text-xs text-ink-muted" />
              </TableCell>
            </TableRow>
          )
        })}
      </TableBody>
    </Table>
  )
}
