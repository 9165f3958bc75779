import type { ReactNode } from 'react'
import { classNames } from './class-names'
import { StatusIcon, stateWord, type State } from './status-mark'

const TONES: Record<State | 'neutral', string> = {
  neutral: 'border-line bg-sunken text-ink-muted',
  ok: 'border-ok-line bg-ok-surface text-ok',
  attention: 'border-attention-line bg-attention-surface text-attention',
  problem: 'border-problem-line bg-problem-surface text-problem',
  unknown: 'border-line bg-sunken text-ink-muted',
  pending: 'border-info-line bg-info-surface text-info',
  info: 'border-info-line bg-info-surface text-info',
}

export interface BadgeProps {
  /** Without a state the badge is a neutral tag. */
  state?: State
  children?: ReactNode
  className?: string
}

export function Badge({ state, children, className }: BadgeProps) {
  return (
    <span
      className={classNames(
        'inline-flex h-5.5 max-w-full items-center gap-1 align-middle rounded-sm border px-1.5 text-xs font-medium whitespace-nowrap',
        TONES[state ?? 'neutral'],
        className,
      )}
    >
      {state && <StatusIcon state={state} className="size-3.5" />}
      <span className="truncate">{children ?? (state && stateWord(state))}</span>
    </span>
  )
}
