import { ArrowDown, ArrowRight, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from './class-names'
import type { State } from './status-mark'

const CHANGE_ICONS = { up: ArrowUp, down: ArrowDown, same: ArrowRight }
const TONES: Partial<Record<State, string>> = { ok: 'text-ok', attention: 'text-attention', problem: 'text-problem' }

export interface StatChange {
  direction: 'up' | 'down' | 'same'
  /** In words: "4.2 % more than last week", "no difference visible". */
  text: string
  /** Only where the direction is good or bad news. */
  state?: State
}

export interface StatProps {
  label: ReactNode
  /** Already formatted (`components/ui/format.ts`). */
  value: ReactNode
  unit?: string
  change?: StatChange
  hint?: ReactNode
  className?: string
}

export function Stat({ label, value, unit, change, hint, className }: StatProps) {
  const Icon = change && CHANGE_ICONS[change.direction]
  return (
    <div className={classNames('min-w-0', className)}>
      <p className="text-xs text-ink-muted">{label}</p>
      <p className="mt-0.5 text-xl font-semibold tracking-tight tabular-nums">
        {value}
        {unit !== undefined && <span className="ml-1 text-sm font-normal text-ink-muted">{unit}</span>}
      </p>
      {change && Icon && (
        <p className={classNames('mt-0.5 flex items-center gap-1 text-xs', (change.state && TONES[change.state]) ?? 'text-ink-muted')}>
          <Icon aria-hidden className="size-3.5 shrink-0" />
          {change.text}
        </p>
      )}
      {hint !== undefined && <p className="mt-0.5 text-xs text-ink-subtle">{hint}</p>}
    </div>
  )
}
