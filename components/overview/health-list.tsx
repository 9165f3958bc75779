import Link from 'next/link'
import { classNames } from '@/components/ui/class-names'
import { StatusIcon, stateWord } from '@/components/ui/status-mark'
import type { Health, ModelHealth } from '@/lib/monitoring/contract'
import { ASPECTS } from './in-words'

export interface HealthListProps {
  slug: string
  health: ModelHealth
  className?: string
}

/** How the model is, aspect by aspect; each leads to the charts behind it. */
export function HealthList({ slug, health, className }: HealthListProps) {
  return (
    <dl className={classNames('grid gap-2', className)}>
      {ASPECTS.map(({ key, label }) => (
        <div key={key} className="grid grid-cols-[4.5rem_minmax(0,1fr)] items-start gap-2 text-sm">
          <dt className="text-ink-muted">{label}</dt>
          <dd>
            <Link href={`/models/${slug}/monitoring`} prefetch={false} className="hover:underline">
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
