import { classNames } from './class-names'
import { formatPercent } from './format'

export interface ProgressProps {
  label: string
  /** 0 to 1; null while the end is not known. */
  share: number | null
  /** Beside the bar; the percentage otherwise. */
  text?: string
  hideText?: boolean
  className?: string
}

export function Progress({ label, share, text, hideText = false, className }: ProgressProps) {
  const clamped = share === null ? null : Math.min(1, Math.max(0, share))
  const words = text ?? (clamped === null ? 'Working' : formatPercent(clamped, 0))
  return (
    <div className={classNames('flex items-center gap-2 text-xs text-ink-muted', className)}>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={clamped === null ? undefined : Math.round(clamped * 100)}
        aria-valuetext={words}
        className="h-2 min-w-12 flex-1 overflow-hidden rounded-full border border-line-strong bg-sunken"
      >
        <div
          className={classNames('h-full bg-ink', clamped === null && 'animate-breathe')}
          style={{ width: clamped === null ? '100%' : `${clamped * 100}%` }}
        />
      </div>
      {!hideText && <span className="whitespace-nowrap tabular-nums">{words}</span>}
    </div>
  )
}
