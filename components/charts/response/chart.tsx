'use client'

import { useMemo, useState, type PointerEvent } from 'react'
import { ChartFrame, type ChartFrameProps } from '../chart-frame'
import { ChartTooltip } from '../chart-tooltip'
import { toPercent } from '../scale'
import { TrackBar, TrackGuide, TrackList, TrackRow, TrackStop, TrackWhiskers } from '../track'
import { useWidth } from '../use-width'
import { formatTick, formatValue } from '../value-format'
import { prepareResponse, type PreparedResponse, type ResponseInput } from './prepare'

export interface ResponseChartProps extends ChartFrameProps, ResponseInput {
  /** Under the axis: the field. */
  xLabel: string
  height?: number
}

const MARGIN = { top: 10, right: 12, bottom: 22 }
const DIGIT_WIDTH = 7

/** What is answered along one field: for the case, on average over the sample, and for single rows of it. */
export function ResponseChart(props: ResponseChartProps) {
  const { points, curves, threshold, format, unit, height = 280 } = props
  const prepared = useMemo(() => prepareResponse({ points, curves, threshold, format, unit }), [points, curves, threshold, format, unit])
  return (
    <ChartFrame {...props} table={prepared.table} isEmpty={prepared.isEmpty} skeleton="line" height={height}>
      {prepared.isNumber ? <Lines {...props} prepared={prepared} height={height} /> : <Rows {...props} prepared={prepared} />}
      <Legend isNumber={prepared.isNumber} threshold={threshold?.label} />
    </ChartFrame>
  )
}

type PartProps = ResponseChartProps & { prepared: PreparedResponse }

function Lines({ points, curves, threshold, format, unit, xLabel, prepared, height }: PartProps & { height: number }) {
  const [element, width] = useWidth<HTMLDivElement>()
  const [near, setNear] = useState<number | null>(null)
  const written = prepared.yTicks.map((tick) => formatTick(tick, format))
  const left = 10 + DIGIT_WIDTH * Math.max(...written.map((text) => text.length))
  const plot = { width: Math.max(1, width - left - MARGIN.right), height: height - MARGIN.top - MARGIN.bottom }
  const x = (value: number) => left + (toPercent(value, prepared.xDomain) / 100) * plot.width
  const y = (value: number) => MARGIN.top + (1 - toPercent(value, prepared.yDomain) / 100) * plot.height
  const at = points.map((point) => x(point.at ?? 0))
  const line = (values: readonly number[]) => `M${values.map((value, index) => `${at[index] ?? 0} ${y(value)}`).join('L')}`
  const own = points[prepared.ownIndex]
  const shown = near === null ? undefined : points[near]

  function point(event: PointerEvent<SVGSVGElement>): void {
    const place = event.clientX - event.currentTarget.getBoundingClientRect().left
    setNear(at.reduce((best, each, index) => (Math.abs(each - place) < Math.abs((at[best] ?? 0) - place) ? index : best), 0))
  }

  return (
    <>
      <div ref={element} className="relative" style={{ height }}>
        {width > 0 && (
          <svg aria-hidden width={width} height={height} className="block" onPointerMove={point} onPointerLeave={() => setNear(null)}>
            {prepared.yTicks.map((tick, index) => (
              <g key={tick}>
                <line x1={left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} stroke="var(--grid)" />
                <text x={left - 6} y={y(tick) + 4} textAnchor="end" fontSize={11} fill="var(--ink-muted)">
                  {written[index]}
                </text>
              </g>
            ))}
            {curves.map((curve, index) => (
              <path key={index} d={line(curve)} fill="none" stroke="var(--series-4)" strokeWidth={0.75} opacity={0.35} />
            ))}
            {threshold && <line x1={left} x2={width - MARGIN.right} y1={y(threshold.value)} y2={y(threshold.value)} stroke="var(--attention)" strokeWidth={1.5} strokeDasharray="3 3" />}
            <path d={line(points.map(({ mean }) => mean))} fill="none" stroke="var(--series-2)" strokeWidth={2} strokeDasharray="7 4" />
            <path d={line(points.map((one) => one.own))} fill="none" stroke="var(--series-1)" strokeWidth={2.5} />
            {own && <circle cx={at[prepared.ownIndex]} cy={y(own.own)} r={5} fill="var(--series-1)" stroke="var(--surface)" strokeWidth={2} />}
            {shown && near !== null && <line x1={at[near]} x2={at[near]} y1={MARGIN.top} y2={height - MARGIN.bottom} stroke="var(--line-strong)" />}
            {prepared.xTicks.map((tick) => (
              <text key={tick} x={x(tick)} y={height - 6} textAnchor="middle" fontSize={11} fill="var(--ink-muted)">
                {formatTick(tick, 'number')}
              </text>
            ))}
          </svg>
        )}
        {shown && near !== null && (
          <div className="pointer-events-none absolute top-2" style={(at[near] ?? 0) > width / 2 ? { left: left } : { right: MARGIN.right }}>
            <ChartTooltip title={shown.label} lines={[{ label: 'This case', value: formatValue(shown.own, format, unit) }, { label: 'Average', value: formatValue(shown.mean, format, unit) }]} />
          </div>
        )}
      </div>
      <p className="text-center text-xs text-ink-muted">
        {unit === undefined ? xLabel : `${xLabel}; answers in ${unit}`}
      </p>
    </>
  )
}

function Rows({ points, threshold, format, unit, xLabel, prepared }: PartProps) {
  const { yDomain } = prepared
  return (
    <TrackList label={`Answers by ${xLabel}`}>
      {points.map((point) => (
        <TrackRow key={point.label} label={point.label} note={point.isOwn ? 'as it is' : undefined} isStrong={point.isOwn} value={formatValue(point.own, format, unit)}>
          {threshold && <TrackGuide at={threshold.value} domain={yDomain} isDashed />}
          <TrackBar from={yDomain[0]} to={point.own} domain={yDomain} look="light" />
          <TrackWhiskers low={point.low} high={point.high} domain={yDomain} />
          <TrackStop at={point.mean} domain={yDomain} />
        </TrackRow>
      ))}
    </TrackList>
  )
}

function Legend({ isNumber, threshold }: { isNumber: boolean; threshold: string | undefined }) {
  return (
    <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-muted">
      {isNumber ? (
        <>
          <LineSample width={2.5} stroke="var(--series-1)">this case, the dot as it is</LineSample>
          <LineSample width={2} stroke="var(--series-2)" dash="5 3">average of the sample</LineSample>
          <LineSample width={1} stroke="var(--series-4)">single cases of the sample</LineSample>
        </>
      ) : (
        <li>Bars: this case. Upright mark: average of the sample; whiskers: its middle 80 %.</li>
      )}
      {threshold !== undefined && <LineSample width={1.5} stroke={isNumber ? 'var(--attention)' : 'var(--line-strong)'} dash="3 3">{`from here: ${threshold}`}</LineSample>}
    </ul>
  )
}

function LineSample({ width, stroke, dash, children }: { width: number; stroke: string; dash?: string; children: string }) {
  return (
    <li className="flex items-center gap-1.5">
      <svg aria-hidden width={20} height={8}>
        <line x1={0} x2={20} y1={4} y2={4} stroke={stroke} strokeWidth={width} strokeDasharray={dash} />
      </svg>
      {children}
    </li>
  )
}
