import Link from 'next/link'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { formatChange, formatCount, formatDate, formatPercent } from '@/components/ui/format'
import { Sparkline } from '@/components/ui/sparkline'
import { StatusMark } from '@/components/ui/status-mark'
import type { FleetModel } from '@/lib/reports/contract'
import { HealthList } from './health-list'
import { byUrgency, HEALTH_WORDS, kpiTitle, worstState } from './in-words'

export function Fleet({ models }: { models: FleetModel[] }) {
  return (
    <ul className="grid gap-4 xl:grid-cols-3 lg:grid-cols-2">
      {byUrgency(models).map((model) => (
        <li key={model.id}>
          <FleetCard model={model} />
        </li>
      ))}
    </ul>
  )
}

function FleetCard({ model }: { model: FleetModel }) {
  const state = model.health === null ? null : worstState(model.health)
  return (
    <Card
      level={3}
      title={
        <Link href={`/models/${model.slug}`} className="link">
          {model.name}
        </Link>
      }
      actions={state !== null && <StatusMark state={state} label={HEALTH_WORDS[state]} />}
      className="h-full"
    >
      <div className="grid gap-4">
        <p className="-mt-3 text-sm text-ink-muted">
          <InProduction model={model} />
        </p>
        <Traffic model={model} />
        {model.health !== null && <HealthList slug={model.slug} health={model.health} className="border-t pt-3" />}
        <Waiting model={model} />
      </div>
    </Card>
  )
}

function InProduction({ model }: { model: FleetModel }) {
  const { production } = model
  if (production === null) return <>Nothing in production yet</>
  return (
    <>
      Version {production.version} in production since {formatDate(production.since)}
      {production.challengers.map((challenger) => (
        <span key={challenger.version}>
          {' '}
          <Badge>
            canary v{challenger.version}, {formatPercent(challenger.shareBasisPoints / 10_000, 0)}
          </Badge>
        </span>
      ))}
    </>
  )
}

function Traffic({ model }: { model: FleetModel }) {
  const { days, total } = model.traffic
  return (
    <div className="grid grid-cols-2 gap-x-6 gap-y-2">
      <div>
        <div className="text-sm text-ink-muted">Predictions, {days.length} days</div>
        <div className="flex flex-wrap items-center gap-x-3">
          <span className="text-xl tabular-nums">{formatCount(total)}</span>
          <Sparkline values={days} label={`Predictions a day over ${days.length} days, ${formatCount(total)} in all`} />
        </div>
      </div>
      {model.kpi !== null && (
        <div>
          <div className="text-sm text-ink-muted">{kpiTitle(model.kpi.name)}, 7 days</div>
          <div className="text-xl tabular-nums">
            {formatCount(model.kpi.thisWeek)}
          </div>
          {model.kpi.change !== null && <div className="text-xs text-ink-muted tabular-nums">{formatChange(model.kpi.change)} on the week before</div>}
        </div>
      )}
    </div>
  )
}

function Waiting({ model }: { model: FleetModel }) {
  if (model.openIncidents === 0 && model.pendingPromotions === 0) return null
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 border-t pt-3 text-sm">
      {model.openIncidents > 0 && (
        <Link href={`/incidents?model=${model.slug}`} prefetch={false} className="link">
          {model.openIncidents === 1 ? '1 open incident' : `${model.openIncidents} open incidents`}
        </Link>
      )}
      {model.pendingPromotions > 0 && (
        <Link href={`/promotions?model=${model.slug}`} prefetch={false} className="link">
          {model.pendingPromotions === 1 ? '1 promotion to decide' : `${model.pendingPromotions} promotions to decide`}
        </Link>
      )}
    </p>
  )
}
