import { Card } from '@/components/ui/card'
import { formatCount, formatPercent } from '@/components/ui/format'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { ImportanceGroup, ImportanceReport } from '@/lib/explanations/rules/insights/contract'

/** The same factors in each group, side by side: shares, so that groups with larger scores can be compared. */
export function ImportanceGroups({ report, groups }: { report: ImportanceReport; groups: readonly ImportanceGroup[] }) {
  const width = groups.length > 2 ? 'min-w-150' : undefined
  return (
    <Card
      flush
      title="Do the same factors matter in each group?"
      description={`Share of all movement within the group; the field that matters most in it is bold.${report.rowsLeftOut > 0 ? ` ${formatCount(report.rowsLeftOut)} rows of smaller groups are not shown.` : ''}`}
    >
      <Table caption="Importance of the fields by group" className={width}>
        <TableHeader>
          <TableRow>
            <TableHead>Field</TableHead>
            {groups.map((group) => (
              <TableHead key={group.key} numeric className="whitespace-normal!">
                {group.label} <span className="block font-normal">{formatCount(group.rows)} cases</span>
              </TableHead>
            ))}
          </TableRow>
        </TableHeader>
        <TableBody>
          {report.fields.map((field) => (
            <TableRow key={field.field}>
              <th scope="row" className="px-3 py-2 text-left font-medium">
                {field.displayName}
              </th>
              {groups.map((group) => {
                const own = group.fields.find((one) => one.field === field.field)
                const isTop = group.fields[0]?.field === field.field
                return (
                  <TableCell key={group.key} numeric className={isTop ? 'font-semibold' : undefined}>
                    {formatPercent(own?.share, 0)}
                  </TableCell>
                )
              })}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  )
}
