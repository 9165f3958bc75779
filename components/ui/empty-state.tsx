import type { ReactNode } from 'react'
import { classNames } from './class-names'

export interface EmptyStateProps {
  title: ReactNode
  /** What will appear here, and what to do to get there. */
  children?: ReactNode
  action?: ReactNode
  icon?: ReactNode
  className?: string
}

/** Nothing yet: says what belongs here and the first step. */
export function EmptyState({ title, children, action, icon, className }: EmptyStateProps) {
  return (
    <div className={classNames('grid place-items-center gap-1 px-4 py-10 text-center', className)}>
      {icon !== undefined && <div className="mb-1 text-ink-subtle [&_svg]:size-6">{icon}</div>}
      <div className="font-medium">{title}</div>
      {children !== undefined && <div className="max-w-prose text-sm text-ink-muted">{children}</div>}
      {action !== undefined && <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  )
}
