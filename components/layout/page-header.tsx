import { ChevronRight } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'

export interface Breadcrumb {
  label: string
  href: string
}

export interface PageHeaderProps {
  title: ReactNode
  /** The way here, without the page itself. */
  breadcrumbs?: readonly Breadcrumb[]
  description?: ReactNode
  /** State of the whole thing, beside the title. */
  mark?: ReactNode
  actions?: ReactNode
  /** Tabs. */
  children?: ReactNode
}

export function PageHeader({ title, breadcrumbs, description, mark, actions, children }: PageHeaderProps) {
  return (
    <header className="mb-5">
      {breadcrumbs !== undefined && breadcrumbs.length > 0 && (
        <nav aria-label="Breadcrumbs" className="mb-1">
          <ol className="flex flex-wrap items-center gap-x-1 text-sm text-ink-muted">
            {breadcrumbs.map((crumb, index) => (
              <li key={crumb.href} className="flex items-center gap-1">
                {index > 0 && <ChevronRight aria-hidden className="size-3.5 text-ink-subtle" />}
                <Link href={crumb.href} className="inline-flex min-h-6 items-center hover:text-ink hover:underline">
                  {crumb.label}
                </Link>
              </li>
            ))}
          </ol>
        </nav>
      )}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="text-2xl break-words">{title}</h1>
            {mark}
          </div>
          {description !== undefined && <p className="mt-1 max-w-prose text-ink-muted">{description}</p>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children !== undefined && <div className="mt-4">{children}</div>}
    </header>
  )
}
