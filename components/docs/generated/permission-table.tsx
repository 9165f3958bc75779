import { Check } from 'lucide-react'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { PERMISSIONS, ROLES, SCOPES, type Permission, type Principal } from '@/lib/access/contract'
import { may } from '@/lib/access/rules'

const PERMISSION_WORDS: Record<Permission, string> = {
  read: 'See models, releases, predictions, incidents',
  'sensitive:read': 'See sensitive input values and reference files',
  predict: 'Ask for predictions',
  'predict:unreleased': 'Ask a version by its number that is not released',
  'batch:write': 'Run and schedule batch jobs',
  ingest: 'Send outcomes and KPI events',
  'registry:write': 'Register versions, change a model’s description',
  'promotion:request': 'Request and cancel promotions',
  'promotion:decide': 'Approve and reject promotions (people only)',
  'release:rollback': 'Roll back',
  'guardrail:write': 'Change guardrails',
  'serving:write': 'Change how a model is served: batching, deadline, without a log',
  'limits:write': 'Change limits of tokens and models, and prices',
  'policy:write': 'Change gates and required approvals',
  'reasons:write': 'Change how a model’s reasons are told, and its explanation policy',
  'evidence:issue': 'Export signed evidence of decisions',
  'evidence:rotate': 'Change the key that signs evidence',
  'review:write': 'Review a sample of decisions and note findings',
  'monitor:write': 'Change monitors',
  'check:run': 'Run the checks now',
  'incident:handle': 'Acknowledge and resolve incidents',
  'channel:write': 'Change where alerts go',
  'people:write': 'Add and change people (people only)',
  'token:write': 'Create and revoke tokens (people only)',
  'audit:read': 'Read and check the audit chain',
}

// Asked of the rule itself, with one caller for each column.
const CALLERS: { name: string; principal: Principal }[] = [
  ...ROLES.map((role) => ({ name: role, principal: { kind: 'user' as const, id: role, name: role, role } })),
  ...SCOPES.map((scope) => ({ name: `scope ${scope}`, principal: { kind: 'token' as const, id: scope, name: scope, role: null, scopes: [scope] } })),
]

export function PermissionTable() {
  return (
    <Table caption="Permissions of roles and scopes">
      <TableHeader>
        <TableRow>
          <TableHead>Permission</TableHead>
          {CALLERS.map(({ name }) => (
            <TableHead key={name}>{name}</TableHead>
          ))}
        </TableRow>
      </TableHeader>
      <TableBody>
        {PERMISSIONS.map((permission) => (
          <TableRow key={permission}>
            <TableCell>
              <code className="font-mono text-xs">{permission}</code>
              <span className="block text-xs text-ink-muted">{PERMISSION_WORDS[permission]}</span>
            </TableCell>
            {CALLERS.map(({ name, principal }) => (
              <TableCell key={name}>{may(principal, permission) ? <Yes /> : <span className="sr-only">no</span>}</TableCell>
            ))}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

function Yes() {
  return (
    <>
      <Check aria-hidden className="size-4" />
      <span className="sr-only">yes</span>
    </>
  )
}
