import type { ReactNode } from 'react'
import { classNames } from '@/components/ui/class-names'
import { niceTicks, toPercent, type Domain } from './scale'

export interface TrackListProps {
  /** Names the list for screen readers. */
  label: string
  /** The scale under the rows. */
  axis?: ReactNode
  children: ReactNode
}

/** The rows share one grid, so that all tracks have the same width and one scale. On phones a track takes its own line. */
export function TrackList({ label, axis, children }: TrackListProps) {
  return (
    <div className="grid grid-cols-[1fr_auto] gap-x-3 sm:grid-cols-[minmax(7rem,12rem)_1fr_auto]">
      <ol aria-label={label} className="col-span-full grid grid-cols-subgrid">
        {children}
      </ol>
      {axis}
    </div>
  )
}

export interface TrackRowProps {
  label: ReactNode
  /** Under the label, smaller. */
  note?: ReactNode
  value: ReactNode
  isStrong?: boolean
  /** Marks inside the track, positioned in percent. */
  children: ReactNode
}

/** One row of a horizontal chart: name, track, number. */
export function TrackRow({ label, note, value, isStrong = false, children }: TrackRowProps) {
  return (
    <li className="col-span-full grid grid-cols-subgrid items-center py-1 text-sm sm:py-0.5">
      <span className={classNames('min-w-0', isStrong && 'font-medium')}>
        <span className="block truncate">{label}</span>
        {note !== undefined && <span className="block truncate text-xs text-ink-muted">{note}</span>}
      </span>
      <span
        className={classNames('min-w-16 text-right whitespace-nowrap tabular-nums sm:order-last', isStrong && 'font-medium')}
      >
        {value}
      </span>
      <span aria-hidden className="relative col-span-2 block h-6 sm:col-span-1 sm:h-full sm:min-h-6">
        {children}
      </span>
    </li>
  )
}

export interface TrackBarProps {
  from: number
  to: number
  domain: Domain
  /** Solid rises, hatched falls: told apart without colour. */
  look: 'solid' | 'hatched' | 'light'
}

const BAR_LOOKS = {
  solid: 'bg-series-1',
  hatched:
    'border border-series-1 bg-[repeating-linear-gradient(135deg,transparent_0_3px,var(--series-2)_3px_4.5px)]',
  light: 'border border-series-2 bg-series-fill',
}

export function TrackBar({ from, to, domain, look }: TrackBarProps) {
  const start = toPercent(Math.min(from, to), domain)
  const width = toPercent(Math.max(from, to), domain) - start
  return (
    <span
      className={classNames('absolute top-1/2 h-4 min-w-0.5 -translate-y-1/2 rounded-[1px]', BAR_LOOKS[look])}
      style={{ left: `${start}%`, width: `${width}%` }}
    />
  )
}

/** A vertical hairline through a row, so that rows read as one chart. */
export function TrackGuide({ at, domain, isDashed = false }: { at: number; domain: Domain; isDashed?: boolean }) {
  return (
    <span
      className={classNames('absolute inset-y-0 w-0 border-l sm:-inset-y-0.5', isDashed ? 'border-dashed border-line-strong' : 'border-line-strong')}
      style={{ left: `${toPercent(at, domain)}%` }}
    />
  )
}

/** Where a running total begins or ends. */
export function TrackStop({ at, domain }: { at: number; domain: Domain }) {
  return (
    <span
      className="absolute top-1/2 h-4 w-1 -translate-1/2 bg-series-1"
      style={{ left: `${toPercent(at, domain)}%` }}
    />
  )
}

export interface TrackWhiskersProps {
  low: number
  high: number
  domain: Domain
}

export function TrackWhiskers({ low, high, domain }: TrackWhiskersProps) {
  const start = toPercent(low, domain)
  const width = toPercent(high, domain) - start
  return (
    <span
      className="absolute top-1/2 h-3 -translate-y-1/2 border-x-2 border-series-2 before:absolute before:inset-x-0 before:top-1/2 before:h-0.5 before:-translate-y-1/2 before:bg-series-2"
      style={{ left: `${start}%`, width: `${width}%` }}
    />
  )
}

export interface TrackAxisProps {
  domain: Domain
  write: (value: number) => string
}

/** Written side by side, so many characters still leave air between them on a phone. */
const AXIS_CHARACTERS = 28

export function TrackAxis({ domain, write }: TrackAxisProps) {
  const candidates = [5, 4, 3, 2].map((count) => niceTicks(domain, count))
  const ticks = candidates.find((some) => some.map(write).join('').length <= AXIS_CHARACTERS) ?? candidates.at(-1) ?? []
  return (
    <div
      aria-hidden
      className="relative col-span-full mt-1 h-5 border-t border-line-strong text-xs text-ink-muted sm:col-span-1 sm:col-start-2"
    >
      {ticks.map((tick) => (
        <span
          key={tick}
          className="absolute top-0.5 -translate-x-1/2 whitespace-nowrap tabular-nums"
          style={{ left: `${toPercent(tick, domain)}%` }}
        >
          {write(tick)}
        </span>
      ))}
    </div>
  )
}
