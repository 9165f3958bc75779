import { Card } from '@/components/ui/card'
import { StatusMark } from '@/components/ui/status-mark'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { BatchFit, BatchInspection, BatchMapping } from '@/lib/batch/contract'
import { sizeInWords } from '../in-words'

const SHOWN_ROWS = 10

/** What would become of the first rows. */
export function PreviewTable({ looked, fit, mapping }: { looked: BatchInspection; fit: BatchFit; mapping: BatchMapping }) {
  const rejected = fit.rejections.filter((reason) => reason !== null).length
  const used = new Set(Object.values(mapping.fields))
  const columns = looked.columns.map((column, index) => ({ ...column, index })).sort((a, b) => Number(used.has(b.name)) - Number(used.has(a.name)))
  const size = sizeInWords(looked.bytes, looked.rows)
  return (
    <Card
      title={rejected === 0 ? `The first ${fit.rejections.length} rows would be scored` : `${rejected} of the first ${fit.rejections.length} rows would be rejected`}
      description={`${size === '' ? '' : `${size}. `}${looked.columns.length} columns${looked.separator === null || looked.separator === ',' ? '' : `, separated by ${looked.separator === '\t' ? 'tabs' : `“${looked.separator}”`}`}.`}
      flush
    >
      <Table caption="First rows of the source">
        <TableHeader>
          <TableRow>
            <TableHead>Would be</TableHead>
            {columns.map((column) => <TableHead key={column.name}>{column.name}</TableHead>)}
          </TableRow>
        </TableHeader>
        <TableBody>
          {looked.sample.slice(0, SHOWN_ROWS).map((cells, row) => {
            const reason = fit.rejections[row] ?? null
            return (
              <TableRow key={row}>
                <TableCell className="max-w-80 min-w-32 whitespace-normal">
                  <StatusMark state={reason === null ? 'ok' : 'attention'} label={reason === null ? 'Scored' : 'Rejected'} />
                  {reason !== null && <p className="text-xs text-ink-muted">{reason}</p>}
                </TableCell>
                {columns.map(({ name, index }) => <TableCell key={name} className="max-w-48 truncate whitespace-nowrap">{cells[index] ?? <span className="text-ink-subtle">empty</span>}</TableCell>)}
              </TableRow>
            )
          })}
        </TableBody>
      </Table>
    </Card>
  )
}
