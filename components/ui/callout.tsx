import type { ReactNode } from 'react'
import { classNames } from './class-names'
import { StatusIcon, type State } from './status-mark'

const TONES: Record<State, string> = {
  ok: 'border-ok-line bg-ok-surface',
  attention: 'border-attention-line bg-attention-surface',
  problem: 'border-problem-line bg-problem-surface',
  unknown: 'border-line bg-sunken',
  pending: 'border-info-line bg-info-surface',
  info: 'border-info-line bg-info-surface',
}

export interface CalloutProps {
  state: State
  title: ReactNode
  children?: ReactNode
  actions?: ReactNode
  /** `alert` for something that just happened, `status` for a quiet update. */
  role?: 'alert' | 'status' | 'note'
  className?: string
}

export function Callout({ state, title, children, actions, role = 'note', className }: CalloutProps) {
  return (
    <div role={role} className={classNames('flex min-w-0 gap-2.5 rounded-md border px-3 py-2.5 text-sm', TONES[state], className)}>
      <StatusIcon state={state} className="mt-0.5" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        {children !== undefined && <div className="mt-0.5 text-ink-muted">{children}</div>}
        {actions !== undefined && <div className="mt-2 flex flex-wrap gap-2">{actions}</div>}
      </div>
    </div>
  )
}
