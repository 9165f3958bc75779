import Link from 'next/link'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { formatChange, formatCount, formatPercent } from '@/components/ui/format'
import { RelativeTime } from '@/components/ui/relative-time'
import { Sparkline } from '@/components/ui/sparkline'
import { StatusIcon, stateWord } from '@/components/ui/status-mark'
import type { Health } from '@/lib/monitoring/contract'
import type { FleetModel } from '@/lib/reports/contract'

export function Fleet({ models }: { models: FleetModel[] }) {
  return (
    <ul className="grid gap-4 xl:grid-cols-3 lg:grid-cols-2">
      {models.map((model) => (
        <li key={model.id}>
          <FleetCard model={model} />
        </li>
      ))}
    </ul>
  )
}

function FleetCard({ model }: { model: FleetModel }) {
  return (
    <Card
      level={3}
      title={
        <Link href={`/models/${model.slug}`} className="link">
          {model.name}
        </Link>
      }
      description={<InProduction model={model} />}
      className="h-full"
    >
      <div className="grid gap-4">
        <Traffic model={model} />
        <HealthLines model={model} />
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
      Version {production.version} in production since <RelativeTime at={production.since} />
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
    <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
      <div>
        <div className="text-sm text-ink-muted">Predictions, {days.length} days</div>
        <div className="flex items-center gap-3">
          <span className="text-xl tabular-nums">{formatCount(total)}</span>
          <Sparkline values={days} label={`Predictions a day over ${days.length} days, ${formatCount(total)} in all`} />
        </div>
      </div>
      {model.kpi !== null && (
        <div>
          <div className="text-sm text-ink-muted">{model.kpi.name.replaceAll('_', ' ')}, 7 days</div>
          <div className="text-xl tabular-nums">
            {formatCount(model.kpi.thisWeek)}{' '}
            <span className="text-sm text-ink-muted">{model.kpi.change === null ? '' : `${formatChange(model.kpi.change)} on the week before`}</span>
          </div>
        </div>
      )}
    </div>
  )
}

const ASPECTS = [
  { key: 'drift', label: 'Data' },
  { key: 'performance', label: 'Results' },
  { key: 'errors', label: 'Errors' },
  { key: 'latency', label: 'Speed' },
] as const

function HealthLines({ model }: { model: FleetModel }) {
  const { health } = model
  if (health === null) return null
  return (
    <dl className="grid gap-2 border-t pt-3">
      {ASPECTS.map(({ key, label }) => (
        <div key={key} className="grid grid-cols-[4.5rem_minmax(0,1fr)] items-start gap-2 text-sm">
          <dt className="text-ink-muted">{label}</dt>
          <dd>
            <Link href={`/models/${model.slug}/monitoring`} prefetch={false} className="hover:underline">
              <HealthWords health={health[key]} />
            </Link>
          </dd>
        </div>
      ))}
    </dl>
  )
}

function HealthWords({ health }: { health: Health }) {
  return (
    <span className="flex items-start gap-1.5">
      <StatusIcon state={health.state} className="mt-0.5" />
      <span className="min-w-0">
        <span className="sr-only">{stateWord(health.state)}: </span>
        {health.words}
      </span>
    </span>
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
