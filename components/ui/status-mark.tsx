import { CircleCheck, CircleDashed, Clock, Info, OctagonAlert, TriangleAlert } from 'lucide-react'
import { classNames } from './class-names'

/** The closed set of states the product speaks of. `info` carries news that asks for nothing. */
export type State = 'ok' | 'attention' | 'problem' | 'unknown' | 'pending' | 'info'

const MARKS = {
  ok: { icon: CircleCheck, word: 'OK', text: 'text-ok' },
  attention: { icon: TriangleAlert, word: 'Needs attention', text: 'text-attention' },
  problem: { icon: OctagonAlert, word: 'Problem', text: 'text-problem' },
  unknown: { icon: CircleDashed, word: 'Not known yet', text: 'text-ink-subtle' },
  pending: { icon: Clock, word: 'Waiting', text: 'text-info' },
  info: { icon: Info, word: 'Note', text: 'text-info' },
} as const

export function stateWord(state: State): string {
  return MARKS[state].word
}

export interface StatusIconProps {
  state: State
  className?: string
}

/** The shape alone, for places that say the word themselves. */
export function StatusIcon({ state, className }: StatusIconProps) {
  const { icon: Icon, text } = MARKS[state]
  return <Icon aria-hidden className={classNames('size-4 shrink-0', text, className)} />
}

export interface StatusMarkProps {
  state: State
  /** The word beside the shape; a default per state otherwise. */
  label?: string
  /** Keeps the word for screen readers only. The shape still differs from state to state. */
  hideLabel?: boolean
  className?: string
}

export function StatusMark({ state, label, hideLabel = false, className }: StatusMarkProps) {
  const mark = MARKS[state]
  return (
    <span className={classNames('inline-flex items-center gap-1.5 align-middle text-sm font-medium whitespace-nowrap', mark.text, className)}>
      <StatusIcon state={state} />
      <span className={hideLabel ? 'sr-only' : undefined}>{label ?? mark.word}</span>
    </span>
  )
}
