import { formatNumber, formatPercent, NO_VALUE } from '@/components/ui/format'
import { RowLink, Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { ReleaseArm } from '@/lib/releases/contract'

const WHOLE = 10_000

export interface ArmsTableProps {
  slug: string
  arms: readonly ReleaseArm[]
  /** Answered rows by version since the release began. */
  rows: ReadonlyMap<string, number>
}

/** Each arm of the release with the share that it should have and the one it had. */
export function ArmsTable({ slug, arms, rows }: ArmsTableProps) {
  const total = arms.reduce((sum, arm) => sum + (rows.get(arm.versionId) ?? 0), 0)
  return (
    <Table caption="Arms of the release">
      <TableHeader>
        <TableRow>
          <TableHead>Version</TableHead>
          <TableHead>Role</TableHead>
          <TableHead numeric>Share wanted</TableHead>
          <TableHead numeric>Share served</TableHead>
          <TableHead numeric>Predictions</TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {arms.map((arm) => {
          const own = rows.get(arm.versionId) ?? 0
          return (
            <TableRow key={arm.versionId}>
              <TableCell>
                <RowLink href={`/models/${slug}/versions/${arm.versionNumber}`}>Version {arm.versionNumber}</RowLink>
              </TableCell>
              <TableCell>{arm.role}</TableCell>
              <TableCell numeric>{formatPercent(arm.shareBasisPoints / WHOLE)}</TableCell>
              <TableCell numeric>{total === 0 ? NO_VALUE : formatPercent(own / total)}</TableCell>
              <TableCell numeric>{formatNumber(own)}</TableCell>
            </TableRow>
          )
        })}
      </TableBody>
    </Table>
  )
}
