import { ChevronLeft, ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { ButtonLink } from './button'
import { classNames } from './class-names'

export interface PaginationProps {
  /** Addresses of the neighbours; left out where there is none. */
  previousHref?: string
  nextHref?: string
  /** What is in view ("50 of 1,204 predictions"). */
  summary?: ReactNode
  className?: string
}

/** Cursor paging: there is a way back and a way on, and no page numbers that shift while data arrives. */
export function Pagination({ previousHref, nextHref, summary, className }: PaginationProps) {
  if (previousHref === undefined && nextHref === undefined && summary === undefined) return null
  return (
    <nav aria-label="Pages" className={classNames('flex items-center justify-between gap-3 px-3 py-2', className)}>
      <p className="text-sm text-ink-muted tabular-nums">{summary}</p>
      <div className="flex gap-2">
        {previousHref !== undefined && (
          <ButtonLink href={previousHref} size="small" rel="prev" scroll={false}>
            <ChevronLeft aria-hidden />
            Previous
          </ButtonLink>
        )}
        {nextHref !== undefined && (
          <ButtonLink href={nextHref} size="small" rel="next" scroll={false}>
            Next
            <ChevronRight aria-hidden />
          </ButtonLink>
        )}
      </div>
    </nav>
  )
}
