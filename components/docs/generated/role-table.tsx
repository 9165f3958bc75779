import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { ROLE_WORDS, ROLES } from '@/lib/access/contract'

export function RoleTable() {
  return (
    <Table caption="Roles">
      <TableHeader>
        <TableRow>
          <TableHead>Role</TableHead>
          <TableHead>What for</TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {ROLES.map((role) => (
          <TableRow key={role}>
            <TableCell>{role}</TableCell>
            <TableCell>{ROLE_WORDS[role]}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
