'use client'

import Link from 'next/link'
import { useMemo } from 'react'
import { ChartFrame, type ChartFrameProps } from '../chart-frame'
import { TrackAxis, TrackBar, TrackGuide, TrackList, TrackRow, TrackWhiskers } from '../track'
import { formatValue } from '../value-format'
import { prepareBars, type BarsInput } from './prepare'

export interface BarsChartProps extends ChartFrameProps, BarsInput {}

export function BarsChart(props: BarsChartProps) {
  const { items, limit, format, unit, valueLabel } = props
  const prepared = useMemo(
    () => prepareBars({ items, limit, format, unit, valueLabel }),
    [items, limit, format, unit, valueLabel],
  )
  const { bars, domain, hiddenCount } = prepared
  return (
    <ChartFrame
      {...props}
      table={prepared.table}
      isEmpty={prepared.isEmpty}
      skeleton="rows"
      height={Math.max(1, bars.length) * 28 + 24}
    >
      <TrackList
        label={valueLabel ?? 'Values, largest first'}
        axis={<TrackAxis domain={domain} write={(value) => formatValue(value, format, unit)} />}
      >
        {bars.map((bar) => (
          <TrackRow
            key={bar.id}
            label={
              bar.href === undefined ? (
                bar.label
              ) : (
                <Link href={bar.href} className="link inline-flex min-h-6 items-center">
                  {bar.label}
                </Link>
              )
            }
            value={formatValue(bar.value, format, unit)}
          >
            <TrackGuide at={0} domain={domain} />
            <TrackBar from={0} to={bar.value} domain={domain} look={bar.value < 0 ? 'hatched' : 'light'} />
            {bar.low !== undefined && bar.high !== undefined && (
              <TrackWhiskers low={bar.low} high={bar.high} domain={domain} />
            )}
          </TrackRow>
        ))}
      </TrackList>
      {hiddenCount > 0 && (
        <p className="mt-1 text-xs text-ink-muted">
          {hiddenCount} smaller {hiddenCount === 1 ? 'one' : 'ones'} in the table
        </p>
      )}
    </ChartFrame>
  )
}
