import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names'

export interface CardProps extends Omit<ComponentProps<'div'>, 'title'> {
  title?: ReactNode
  /** Heading level of the title within the page. */
  level?: 2 | 3
  description?: ReactNode
  actions?: ReactNode
  footer?: ReactNode
  /** No inner padding, for tables and lists that reach the edges. */
  flush?: boolean
}

export function Card({ title, level = 2, description, actions, footer, flush, className, children, ...rest }: CardProps) {
  const Heading = level === 2 ? 'h2' : 'h3'
  const hasHeader = title !== undefined || actions !== undefined
  return (
    <div className={classNames('min-w-0 rounded-lg border bg-surface shadow-card', className)} {...rest}>
      {hasHeader && (
        <div className={classNames('flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 pt-3', flush && 'pb-3')}>
          <div className="min-w-0">
            {title !== undefined && <Heading className="text-base">{title}</Heading>}
            {description !== undefined && <p className="mt-0.5 text-sm text-ink-muted">{description}</p>}
          </div>
          {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </div>
      )}
      <div className={classNames(!flush && 'p-4', !flush && hasHeader && 'pt-3')}>{children}</div>
      {footer !== undefined && <div className="border-t px-4 py-2.5 text-sm text-ink-muted">{footer}</div>}
    </div>
  )
}
