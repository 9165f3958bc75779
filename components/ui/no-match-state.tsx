import { SearchX } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, ButtonLink } from './button'
import { EmptyState } from './empty-state'

export interface NoMatchStateProps {
  title?: ReactNode
  /** What was asked for ("Score over 0.9 in the last 24 hours"). */
  children?: ReactNode
  /** Either way back: a link to the view without filters, or a function. */
  resetHref?: string
  onReset?: () => void
  className?: string
}

/** Nothing matches the filters: distinct from nothing at all, with the way back. */
export function NoMatchState({ title = 'Nothing matches', children, resetHref, onReset, className }: NoMatchStateProps) {
  return (
    <EmptyState
      title={title}
      icon={<SearchX aria-hidden />}
      className={className}
      action={
        <>
          {resetHref !== undefined && <ButtonLink href={resetHref}>Reset filters</ButtonLink>}
          {onReset && <Button onClick={onReset}>Reset filters</Button>}
        </>
      }
    >
      {children ?? 'There are entries, but none with these filters.'}
    </EmptyState>
  )
}
