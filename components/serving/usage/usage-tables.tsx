import Link from 'next/link'
import { formatCount, formatDuration, formatNumber, formatPercent, NO_VALUE } from '@/components/ui/format'
import { Progress } from '@/components/ui/progress'
import { RowLink, Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { callerLabel, costsInWords, type CallerUse, type ModelUse, type Quota, type Used } from './usage-view'

export function CallersTable({ callers, isNow }: { callers: readonly CallerUse[]; isNow: boolean }) {
  return (
    <Table caption="Use by caller">
      <TableHeader>
        <TableRow>
          <TableHead>Caller</TableHead>
          <UsedHeads isNow={isNow} />
        </TableRow>
      </TableHeader>
      <TableBody>
        {callers.map((use) => (
          <TableRow key={`${use.caller.kind}:${use.caller.id}`}>
            <TableCell className="min-w-32">
              <span className="font-medium">{callerLabel(use.caller)}</span>
              {use.caller.name !== null && <span className="ml-1.5 text-xs text-ink-muted">{use.caller.kind === 'user' ? 'person' : use.caller.kind}</span>}
            </TableCell>
            <UsedCells use={use} quota={use.quota} isNow={isNow} label={callerLabel(use.caller)} />
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

export function ModelsTable({ models, isNow }: { models: readonly ModelUse[]; isNow: boolean }) {
  return (
    <Table caption="Use by model">
      <TableHeader>
        <TableRow>
          <TableHead>Model</TableHead>
          <UsedHeads isNow={isNow} />
          <TableHead>Why refused</TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {models.map((use) => (
          <TableRow key={`${use.model.slug} ${use.environment}`}>
            <TableCell className="min-w-32">
              <RowLink href={`/models/${use.model.slug}/settings#serving`}>{use.model.name}</RowLink>
              <span className="ml-1.5 text-xs text-ink-muted">{use.environment}</span>
            </TableCell>
            <UsedCells use={use} quota={use.quota} isNow={isNow} label={`${use.model.name} in ${use.environment}`} />
            <TableCell className="min-w-48 text-xs">
              <Refusals refusals={use.refusals} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

function UsedHeads({ isNow }: { isNow: boolean }) {
  return (
    <>
      <TableHead numeric>Rows</TableHead>
      <TableHead numeric>Calls</TableHead>
      <TableHead numeric>Refused</TableHead>
      <TableHead numeric>Mean latency</TableHead>
      {isNow && <TableHead>Of the month’s quota</TableHead>}
      <TableHead numeric>Cost</TableHead>
    </>
  )
}

function UsedCells({ use, quota, isNow, label }: { use: Used; quota: Quota | null; isNow: boolean; label: string }) {
  return (
    <>
      <TableCell numeric>{formatNumber(use.rows)}</TableCell>
      <TableCell numeric>{formatNumber(use.calls)}</TableCell>
      <TableCell numeric>{formatNumber(use.refused)}</TableCell>
      <TableCell numeric>{formatDuration(use.meanLatencyMs)}</TableCell>
      {isNow && (
        <TableCell className="min-w-44">
          {quota === null ? (
            <span className="text-xs text-ink-muted">no quota</span>
          ) : (
            <Progress
              label={`Quota of ${label}`}
              share={quota.used / quota.allowed}
              text={`${formatPercent(quota.used / quota.allowed, 0)} of ${formatCount(quota.allowed)}`}
            />
          )}
        </TableCell>
      )}
      <TableCell numeric>{costsInWords(use.costs)}</TableCell>
    </>
  )
}

const MOST_KINDS = 3

function Refusals({ refusals }: { refusals: ModelUse['refusals'] }) {
  if (refusals.length === 0) return NO_VALUE
  const more = refusals.slice(MOST_KINDS).reduce((sum, { count }) => sum + count, 0)
  return (
    <ul className="grid gap-0.5">
      {refusals.slice(0, MOST_KINDS).map(({ code, count }) => (
        <li key={code} className="tabular-nums">
          {formatNumber(count)} × <Link className="link relative z-10" href={`/docs/problems#${code}`}>{code}</Link>
        </li>
      ))}
      {more > 0 && <li className="tabular-nums">{formatNumber(more)} × others</li>}
    </ul>
  )
}
