import { classNames } from '@/components/ui/class-names'
import { formatNumber } from '@/components/ui/format'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { ReviewSelection, ReviewStratum } from '@/lib/evidence/contract'
import { stratumInWords } from './in-words'
import type { ReviewChoices } from './review-choices'

export interface StrataTableProps {
  strata: readonly ReviewStratum[]
  selection: Pick<ReviewSelection, 'stratifyBy'>
  choices: ReviewChoices
  className?: string
}

export function StrataTable({ strata, selection, choices, className }: StrataTableProps) {
  return (
    <div className={classNames('min-w-0', className)}>
      <Table caption="Groups of the sample" heightClass="max-h-80">
        <TableHeader>
          <TableRow>
            <TableHead>Group</TableHead>
            <TableHead numeric>Decisions</TableHead>
            <TableHead numeric>Cases</TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {strata.map((one) => (
            <TableRow key={one.stratum ?? ''}>
              <TableCell>{stratumInWords(one.stratum, selection, choices)}</TableCell>
              <TableCell numeric>{formatNumber(one.population)}</TableCell>
              <TableCell numeric>{formatNumber(one.cases)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  )
}
