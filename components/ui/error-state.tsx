import { OctagonAlert, RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from './button'
import { classNames } from './class-names'

export interface ErrorStateProps {
  /** What failed, in the reader's words. */
  title: ReactNode
  /** Why, and what is still true. */
  detail?: ReactNode
  onRetry?: () => void
  /** Id by which the administrator finds the log line. */
  requestId?: string
  className?: string
}

export function ErrorState({ title, detail, onRetry, requestId, className }: ErrorStateProps) {
  return (
    <div role="alert" className={classNames('grid place-items-center gap-1 px-4 py-10 text-center', className)}>
      <OctagonAlert aria-hidden className="mb-1 size-6 text-problem" />
      <div className="font-medium">{title}</div>
      {detail !== undefined && <div className="max-w-prose text-sm text-ink-muted">{detail}</div>}
      {requestId !== undefined && <p className="font-mono text-xs text-ink-subtle">Request {requestId}</p>}
      {onRetry && (
        <Button className="mt-3" onClick={onRetry}>
          <RotateCw aria-hidden />
          Try again
        </Button>
      )}
    </div>
  )
}
