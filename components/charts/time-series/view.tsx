'use client'

import { Area, CartesianGrid, ComposedChart, Line, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { ChartTooltip } from '../chart-tooltip'
import { niceScale, timeTicks } from '../scale'
import { lookOf, markerPath, type SeriesLook } from '../series-look'
import { formatTick, formatValue, type ValueFormat } from '../value-format'
import type { TimeSeriesThreshold } from './chart'
import { valueRange, writeTime, type PlacedAnnotation, type PreparedTimeSeries, type TimeSeriesRow } from './prepare'

export interface TimeSeriesViewProps {
  prepared: PreparedTimeSeries
  marks: readonly PlacedAnnotation[]
  label: string
  format: ValueFormat | undefined
  unit: string | undefined
  threshold: TimeSeriesThreshold | undefined
  minimum: number | undefined
  maximum: number | undefined
}

/** With more points than this, markers would only blur the line. */
const MAX_MARKED_POINTS = 32

const AXIS_TEXT = { fill: 'var(--ink-muted)', fontSize: 11 }

export function TimeSeriesView(props: TimeSeriesViewProps) {
  const { prepared, marks, format, unit, threshold } = props
  const { rows, lines, isDaily } = prepared
  const first = rows[0]?.at ?? 0
  const last = rows[rows.length - 1]?.at ?? 0
  const { minimum, maximum } = props
  const scale = niceScale(valueRange(prepared, { minimum, maximum, threshold: threshold?.value }))
  const isMarked = rows.length <= MAX_MARKED_POINTS
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ComposedChart data={rows} margin={{ top: 16, right: 12, bottom: 0, left: 0 }} aria-label={props.label}>
        <CartesianGrid vertical={false} stroke="var(--grid)" />
        <XAxis
          dataKey="at"
          type="number"
          scale="time"
          domain={[first, last]}
          ticks={timeTicks([first, last])}
          interval="preserveStartEnd"
          minTickGap={16}
          tickFormatter={(at: number) => writeTime(at, isDaily || at % 86_400_000 === 0)}
          tick={AXIS_TEXT}
          tickLine={false}
          axisLine={{ stroke: 'var(--line-strong)' }}
        />
        <YAxis
          width="auto"
          domain={scale.domain}
          ticks={scale.ticks}
          interval={0}
          tickFormatter={(value: number) => formatTick(value, format, unit)}
          tick={AXIS_TEXT}
          tickLine={false}
          axisLine={false}
        />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: 'var(--line-strong)' }}
          content={({ active, payload }) => {
            const row = payload[0]?.payload as TimeSeriesRow | undefined
            return active && row ? <PointTooltip row={row} prepared={prepared} format={format} unit={unit} /> : null
          }}
        />
        {prepared.bandLabel !== null && (
          <Area dataKey={edgesOf} stroke="none" fill="var(--series-fill)" fillOpacity={0.7} activeDot={false} isAnimationActive={false} />
        )}
        {threshold && (
          <ReferenceLine
            y={threshold.value}
            stroke="var(--attention)"
            strokeWidth={1.5}
            strokeDasharray="3 3"
          />
        )}
        {marks.map((mark) => (
          <ReferenceLine
            key={mark.letter}
            x={mark.at}
            stroke={mark.kind === 'incident' ? 'var(--problem)' : 'var(--line-strong)'}
            strokeDasharray={mark.kind === 'incident' ? '2 2' : undefined}
            label={{ value: mark.letter, position: 'top', fill: 'var(--ink)', fontSize: 11, fontWeight: 600, offset: 4 }}
          />
        ))}
        {lines.map((line, index) => {
          const look = lookOf(index)
          return (
            <Line
              key={line.key}
              dataKey={line.key}
              name={line.label}
              stroke={look.stroke}
              strokeWidth={2}
              strokeDasharray={look.dash}
              dot={(dot) => <Dot key={dot.key} dot={dot} look={look} isShown={isMarked || isIsolated(dot, line.isolated)} />}
              activeDot={{ r: 4, fill: look.stroke, stroke: 'var(--surface)', strokeWidth: 2 }}
              isAnimationActive={false}
            />
          )
        })}
        {lines
          .filter((line) => line.hasUnfinished)
          .map((line) => {
            const look = lookOf(lines.indexOf(line))
            return (
              <Line
                key={line.unfinishedKey}
                dataKey={line.unfinishedKey}
                stroke={look.stroke}
                strokeWidth={2}
                strokeDasharray="0.1 5"
                strokeLinecap="round"
                dot={(dot) => <Dot key={dot.key} dot={dot} look={look} isShown={isIsolated(dot, line.isolated)} />}
                activeDot={false}
                isAnimationActive={false}
              />
            )
          })}
      </ComposedChart>
    </ResponsiveContainer>
  )
}

function edgesOf(row: TimeSeriesRow): [number, number] | null {
  const { bandLow, bandHigh } = row
  return bandLow == null || bandHigh == null ? null : [bandLow, bandHigh]
}

interface DotPosition {
  cx?: number
  cy?: number
  value?: unknown
  payload?: TimeSeriesRow
}

function isIsolated(dot: DotPosition, isolated: readonly number[]): boolean {
  return dot.payload !== undefined && isolated.includes(dot.payload.at)
}

function Dot({ dot, look, isShown }: { dot: DotPosition; look: SeriesLook; isShown: boolean }) {
  if (!isShown || dot.cx === undefined || dot.cy === undefined || dot.value === null) return null
  return <path d={markerPath(look.marker, dot.cx, dot.cy, 2.5)} fill={look.stroke} />
}

interface PointTooltipProps {
  row: TimeSeriesRow
  prepared: PreparedTimeSeries
  format: ValueFormat | undefined
  unit: string | undefined
}

function PointTooltip({ row, prepared, format, unit }: PointTooltipProps) {
  const isUnfinished = prepared.lines.some((line) => row[line.key] == null && row[line.unfinishedKey] != null)
  return (
    <ChartTooltip
      title={`${writeTime(row.at, prepared.isDaily, isUnfinished)}${prepared.isDaily ? '' : ' UTC'}`}
      lines={[
        ...prepared.lines.map((line) => ({
          label: line.label,
          value: formatValue(row[line.key] ?? row[line.unfinishedKey] ?? null, format, unit),
        })),
        ...(prepared.bandLabel === null || row.bandLow == null || row.bandHigh == null
          ? []
          : [{ label: prepared.bandLabel, value: `${formatValue(row.bandLow, format)} to ${formatValue(row.bandHigh, format, unit)}` }]),
      ]}
    />
  )
}
