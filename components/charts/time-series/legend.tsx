import { lookOf, markerPath } from '../series-look'
import { writeTime, type PlacedAnnotation, type PreparedTimeSeries } from './prepare'

export interface TimeSeriesLegendProps {
  lines: PreparedTimeSeries['lines']
  band: string | null
  marks: readonly PlacedAnnotation[]
  isDaily: boolean
  threshold: string | undefined
}

const KIND_WORDS = { release: 'Release', incident: 'Incident' }

export function TimeSeriesLegend({ lines, band, marks, isDaily, threshold }: TimeSeriesLegendProps) {
  const hasUnfinished = lines.some((line) => line.hasUnfinished)
  const needsNames = lines.length > 1 || band !== null || threshold !== undefined || hasUnfinished
  return (
    <div className="mt-2 grid gap-1.5 text-xs text-ink-muted">
      {needsNames && (
        <ul className="flex flex-wrap gap-x-4 gap-y-1">
          {lines.map((line, index) => {
            const look = lookOf(index)
            return (
              <li key={line.id} className="flex items-center gap-1.5">
                <svg aria-hidden width={28} height={10}>
                  <line x1={0} x2={28} y1={5} y2={5} stroke={look.stroke} strokeWidth={2} strokeDasharray={look.dash} />
                  <path d={markerPath(look.marker, 14, 5, 3)} fill={look.stroke} />
                </svg>
                {line.label}
              </li>
            )
          })}
          {band !== null && (
            <li className="flex items-center gap-1.5">
              <svg aria-hidden width={28} height={10}>
                <rect width={28} height={10} fill="var(--series-fill)" />
              </svg>
              {band}
            </li>
          )}
          {threshold !== undefined && (
            <li className="flex items-center gap-1.5">
              <svg aria-hidden width={28} height={10}>
                <line x1={0} x2={28} y1={5} y2={5} stroke="var(--attention)" strokeWidth={1.5} strokeDasharray="3 3" />
              </svg>
              {threshold}
            </li>
          )}
          {hasUnfinished && (
            <li className="flex items-center gap-1.5">
              <svg aria-hidden width={28} height={10}>
                <line x1={2} x2={28} y1={5} y2={5} stroke="var(--series-1)" strokeWidth={2} strokeDasharray="0.1 5" strokeLinecap="round" />
              </svg>
              still filling
            </li>
          )}
        </ul>
      )}
      {marks.length > 0 && (
        <ol className="flex flex-wrap gap-x-4 gap-y-1">
          {marks.map((mark) => (
            <li key={mark.letter} className="flex items-baseline gap-1.5">
              <span className="grid size-4 shrink-0 place-items-center self-center rounded-sm border border-line-strong text-[10px] font-semibold text-ink">
                {mark.letter}
              </span>
              <span>
                {writeTime(mark.at, isDaily)} · {KIND_WORDS[mark.kind]}: {mark.label}
              </span>
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}
