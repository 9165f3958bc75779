import { Card } from '@/components/ui/card'
import { formatCount } from '@/components/ui/format'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { RejectedSummary } from '@/lib/batch/contract'

/** Sentences name fields and rules, never a value. */
export function RejectedCard({ summary }: { summary: RejectedSummary }) {
  return (
    <Card
      title="Why were rows rejected?"
      description={summary.isCut ? `Counted over the first ${formatCount(summary.counted)} rejected rows.` : 'Mend them in the file of rejected rows and send them again.'}
      flush
    >
      <Table caption="Reasons, most frequent first">
        <TableHeader>
          <TableRow>
            <TableHead>Reason</TableHead>
            <TableHead numeric>Rows</TableHead>
            <TableHead numeric>First in row</TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {summary.reasons.map(({ reason, count, firstRow }) => (
            <TableRow key={reason}>
              <TableCell className="min-w-60 whitespace-normal">{reason}</TableCell>
              <TableCell numeric>{formatCount(count)}</TableCell>
              <TableCell numeric>{firstRow ?? '–'}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  )
}
