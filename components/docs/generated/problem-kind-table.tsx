import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { PROBLEM_KINDS } from '@/lib/platform/errors'
import { STATUS } from '@/lib/platform/problems'

export function ProblemKindTable() {
  return (
    <Table caption="Kinds of problems and their HTTP status">
      <TableHeader>
        <TableRow>
          <TableHead>Kind</TableHead>
          <TableHead numeric>HTTP status</TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {PROBLEM_KINDS.map((kind) => (
          <TableRow key={kind}>
            <TableCell>
              <a href={`#${kind}`} className="link font-mono text-xs">
                {kind}
              </a>
            </TableCell>
            <TableCell numeric>{STATUS[kind]}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
