// Parts of the guide that are made from the program itself, so that they cannot lie.
import { PermissionTable } from './permission-table'
import { ProblemKindTable } from './problem-kind-table'
import { ProtocolTables } from './protocol-tables'
import { RoleTable } from './role-table'

export const GENERATED = {
  roles: RoleTable,
  permissions: PermissionTable,
  'problem-kinds': ProblemKindTable,
  protocols: ProtocolTables,
}

export function Generated({ name }: { name: string }) {
  const Part = Object.hasOwn(GENERATED, name) ? GENERATED[name as keyof typeof GENERATED] : undefined
  return Part === undefined ? null : (
    <div className="my-4 w-fit max-w-full min-w-64 rounded-lg border bg-surface">
      <Part />
    </div>
  )
}
