import { useId, type ReactNode } from 'react'
import { classNames } from './class-names'

export interface SectionProps {
  title: ReactNode
  description?: ReactNode
  actions?: ReactNode
  /** Anchor of the section; links may point at it. */
  id?: string
  level?: 2 | 3
  className?: string
  children: ReactNode
}

/** A titled part of a page, announced as a region by its heading. */
export function Section({ title, description, actions, id, level = 2, className, children }: SectionProps) {
  const headingId = useId()
  const Heading = level === 2 ? 'h2' : 'h3'
  return (
    <section id={id} aria-labelledby={headingId} className={classNames('min-w-0', className)}>
      <div className="mb-3 flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <Heading id={headingId} className={level === 2 ? 'text-lg' : 'text-base'}>
            {title}
          </Heading>
          {description !== undefined && <p className="mt-0.5 max-w-prose text-sm text-ink-muted">{description}</p>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </section>
  )
}
