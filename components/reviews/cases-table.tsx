import { formatDateTime } from '@/components/ui/format'
import { StatusMark } from '@/components/ui/status-mark'
import { RowLink, SortHead, Table, TableBody, TableCell, TableHead, TableHeader, TableRow, type SortDirection } from '@/components/ui/table'
import type { CaseSort, ReviewCase, ReviewSelection } from '@/lib/evidence/contract'
import { stratumInWords, verdictWords } from './in-words'
import type { ReviewChoices } from './review-choices'

export interface CasesTableProps {
  cases: readonly ReviewCase[]
  selection: Pick<ReviewSelection, 'stratifyBy'>
  choices: ReviewChoices
  sort: { column: CaseSort; descending: boolean }
  sortHref: (column: CaseSort, descending: boolean) => string
  caseHref: (position: number) => string
}

export function CasesTable({ cases, selection, choices, sort, sortHref, caseHref }: CasesTableProps) {
  const head = (column: CaseSort): { direction?: SortDirection; href: string } => {
    const isActive = sort.column === column
    return { href: sortHref(column, isActive && !sort.descending), ...(isActive ? { direction: sort.descending ? 'descending' : 'ascending' } : {}) }
  }
  return (
    <Table caption="Cases of this review">
      <TableHeader>
        <TableRow>
          <SortHead label="Case" {...head('position')} />
          <SortHead label="Verdict" {...head('verdict')} />
          <SortHead label="Decided" {...head('decided')} />
          <SortHead label="Decision" {...head('score')} />
          {selection.stratifyBy !== null && <TableHead>Group</TableHead>}
          <TableHead>What happened</TableHead>
          <SortHead label="Note" {...head('noted')} />
        </TableRow>
      </TableHeader>
      <TableBody>
        {cases.map(({ position, verdict, note, notedAt, notedByName, stratum, decision }) => (
          <TableRow key={position}>
            <TableCell className="whitespace-nowrap tabular-nums"><RowLink href={caseHref(position)}>Case {position}</RowLink></TableCell>
            <TableCell><StatusMark {...verdictWords(verdict)} /></TableCell>
            <TableCell className="min-w-28 tabular-nums">{formatDateTime(decision?.at)}</TableCell>
            <TableCell className="min-w-52">{decision ? decision.answer.replace(/\.$/, '') : <span className="text-ink-muted">no longer in the log</span>}</TableCell>
            {selection.stratifyBy !== null && <TableCell className="min-w-28">{stratumInWords(stratum, selection, choices)}</TableCell>}
            <TableCell className="min-w-28">{decision?.outcome ?? <span className="text-ink-muted">not known yet</span>}</TableCell>
            <TableCell className="max-w-72 min-w-52">
              <span className="line-clamp-2 break-words">{note}</span>
              {notedAt !== null && <span className="block text-xs text-ink-muted">{notedByName}, {formatDateTime(notedAt)}</span>}
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
