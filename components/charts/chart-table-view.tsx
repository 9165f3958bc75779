import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { ChartTable } from './chart-table'

export interface ChartTableViewProps {
  caption: string
  table: ChartTable
}

export function ChartTableView({ caption, table }: ChartTableViewProps) {
  return (
    <div className="rounded-md border">
      <Table caption={caption} heightClass="max-h-80">
        <TableHeader>
          <TableRow>
            {table.columns.map((column) => (
              <TableHead key={column.label} numeric={column.numeric}>
                {column.label}
              </TableHead>
            ))}
          </TableRow>
        </TableHeader>
        <TableBody>
          {table.rows.map((row, index) => (
            <TableRow key={index}>
              {row.map((cell, position) => (
                <TableCell key={position} numeric={table.columns[position]?.numeric} className="h-8 py-1">
                  {cell.text}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  )
}
