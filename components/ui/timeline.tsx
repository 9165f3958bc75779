import type { ReactNode } from 'react'
import { classNames } from './class-names'
import type { Moment } from './format'
import { RelativeTime } from './relative-time'
import { StatusIcon, type State } from './status-mark'

export interface TimelineItem {
  key: string
  at: Moment
  title: ReactNode
  /** Who, from where, why. */
  children?: ReactNode
  state?: State
  actions?: ReactNode
}

export interface TimelineProps {
  /** Names the list for screen readers. */
  label: string
  items: readonly TimelineItem[]
  className?: string
}

/** Newest first, as given by the caller. */
export function Timeline({ label, items, className }: TimelineProps) {
  return (
    <ol aria-label={label} className={classNames('relative', className)}>
      {items.map((item, index) => (
        <li key={item.key} className="relative flex gap-3 pb-5 last:pb-0">
          {index < items.length - 1 && <span aria-hidden className="absolute top-6 bottom-0 left-2.5 w-px bg-line" />}
          <span className="mt-0.5 grid size-5 shrink-0 place-items-center">
            {item.state ? (
              <StatusIcon state={item.state} />
            ) : (
              <span aria-hidden className="size-2 rounded-full border-2 border-line-strong bg-surface" />
            )}
          </span>
          <div className="min-w-0 flex-1">
            <div className="flex flex-wrap items-baseline justify-between gap-x-4">
              <p className="font-medium">{item.title}</p>
              <RelativeTime at={item.at} className="text-xs text-ink-muted tabular-nums" />
            </div>
            {item.children !== undefined && <div className="mt-0.5 text-sm text-ink-muted">{item.children}</div>}
            {item.actions !== undefined && <div className="mt-2 flex flex-wrap gap-2">{item.actions}</div>}
          </div>
        </li>
      ))}
    </ol>
  )
}
