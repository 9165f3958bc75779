'use client'

import { useMemo } from 'react'
import { formatCount } from '@/components/ui/format'
import { ChartFrame, type ChartFrameProps } from '../chart-frame'
import { toPercent, type Domain } from '../scale'
import { TrackAxis, TrackGuide, TrackList, TrackRow, TrackWhiskers } from '../track'
import { formatValue } from '../value-format'
import { prepareIntervals, type IntervalInput } from './prepare'

export interface IntervalChartProps extends ChartFrameProps, IntervalInput {}

export function IntervalChart(props: IntervalChartProps) {
  const { items, baselineId, format, unit, differenceFormat, valueLabel } = props
  const prepared = useMemo(
    () => prepareIntervals({ items, baselineId, format, unit, differenceFormat, valueLabel }),
    [items, baselineId, format, unit, differenceFormat, valueLabel],
  )
  const { rows, domain } = prepared
  const baseline = rows.find((row) => row.verdict === 'baseline')
  return (
    <ChartFrame
      {...props}
      table={prepared.table}
      isEmpty={prepared.isEmpty}
      skeleton="rows"
      height={Math.max(1, rows.length) * 44 + 24}
    >
      <TrackList
        label={valueLabel ?? 'Estimates with their confidence intervals'}
        axis={<TrackAxis domain={domain} write={(value) => formatValue(value, format, unit)} />}
      >
        {rows.map((row) => (
          <TrackRow
            key={row.id}
            label={row.label}
            note={row.count === undefined ? undefined : `${formatCount(row.count)} observations`}
            value={formatValue(row.estimate, format, unit)}
          >
            {baseline && <TrackGuide at={baseline.estimate} domain={domain} isDashed />}
            <TrackWhiskers low={row.low} high={row.high} domain={domain} />
            <Point at={row.estimate} domain={domain} isBaseline={row === baseline} />
          </TrackRow>
        ))}
      </TrackList>
      {baseline && rows.length > 1 && (
        <ul className="mt-2 grid gap-0.5 text-sm">
          {rows
            .filter((row) => row !== baseline)
            .map((row) => (
              <li key={row.id}>
                <span className="font-medium">{row.label}</span> against {baseline.label}: {row.words}
              </li>
            ))}
        </ul>
      )}
    </ChartFrame>
  )
}

/** The baseline is hollow, what is compared with it is filled. */
function Point({ at, domain, isBaseline }: { at: number; domain: Domain; isBaseline: boolean }) {
  return (
    <span
      className={`absolute top-1/2 size-2.5 -translate-1/2 rounded-full border-2 border-series-1 ${isBaseline ? 'bg-surface' : 'bg-series-1'}`}
      style={{ left: `${toPercent(at, domain)}%` }}
    />
  )
}
