import { Badge } from '@/components/ui/badge'
import { formatDateTime } from '@/components/ui/format'
import { RowLink, Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { DecisionRow } from '@/lib/explanations/contract'

export interface PredictionTableProps {
  decisions: readonly DecisionRow[]
  /** Names each row's model, where they differ. */
  showModel: boolean
}

export function PredictionTable({ decisions, showModel }: PredictionTableProps) {
  return (
    <Table caption="Predictions, newest first">
      <TableHeader>
        <TableRow>
          <TableHead>When</TableHead>
          <TableHead>Customer</TableHead>
          <TableHead>Answer</TableHead>
          <TableHead>What happened</TableHead>
          {showModel && <TableHead>Model</TableHead>}
          <TableHead>Version</TableHead>
          <TableHead>Caller</TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {decisions.map((decision) => (
          <TableRow key={decision.id}>
            <TableCell className="min-w-28 tabular-nums sm:whitespace-nowrap">
              <RowLink href={`/predictions/${decision.id}`} prefetch={false} className="max-sm:whitespace-normal!">{formatDateTime(decision.at)}</RowLink>
            </TableCell>
            <TableCell className="max-w-40 truncate">{decision.subject ?? <span className="text-ink-muted">not given</span>}</TableCell>
            <TableCell className="min-w-52">
              {decision.answer.replace(/\.$/, '')}
              {decision.guardrail && (
                <>
                  {' '}
                  <Badge state="attention">Guardrail</Badge>
                </>
              )}
            </TableCell>
            <TableCell className="min-w-32">{decision.outcome?.inWords ?? <span className="text-ink-muted">not known yet</span>}</TableCell>
            {showModel && <TableCell className="whitespace-nowrap">{decision.model.name}</TableCell>}
            <TableCell className="whitespace-nowrap">
              v{decision.version}
              {decision.environment !== 'production' && <span className="text-ink-muted"> in {decision.environment}</span>}
            </TableCell>
            <TableCell className="max-w-40 truncate">{decision.callerName}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
