import { classNames } from './class-names'

export interface SparklineProps {
  /** Oldest first; null is a gap. */
  values: ReadonlyArray<number | null>
  /** The text alternative: says what the line shows ("Predictions a day, last 14 days, rising to 412"). */
  label: string
  width?: number
  height?: number
  className?: string
}

/** A line without axes, drawn on the server. */
export function Sparkline({ values, label, width = 96, height = 24, className }: SparklineProps) {
  const path = sparklinePath(values, width, height)
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      className={classNames('shrink-0 overflow-visible align-middle text-ink-muted', className)}
    >
      <path d={path.line} fill="none" stroke="currentColor" strokeWidth={1.5} strokeLinejoin="round" strokeLinecap="round" />
      {path.last && <circle cx={path.last.x} cy={path.last.y} r={2} fill="currentColor" />}
    </svg>
  )
}

interface SparklinePath {
  line: string
  last: { x: number; y: number } | undefined
}

/** From zero (or the lowest negative) to the highest value, so that small wobbles do not look like storms. */
export function sparklinePath(values: ReadonlyArray<number | null>, width: number, height: number): SparklinePath {
  const known = values.filter((value) => value !== null)
  const low = Math.min(0, ...known)
  const span = Math.max(0, ...known) - low || 1
  const inset = 2
  const step = values.length > 1 ? (width - 2 * inset) / (values.length - 1) : 0
  const round = (value: number): number => Math.round(value * 10) / 10
  let line = ''
  let last: SparklinePath['last']
  let isDown = false
  values.forEach((value, index) => {
    if (value === null) {
      isDown = false
      return
    }
    last = { x: round(inset + index * step), y: round(inset + (1 - (value - low) / span) * (height - 2 * inset)) }
    line += `${isDown ? 'L' : 'M'}${last.x} ${last.y}`
    isDown = true
  })
  return { line, last }
}
