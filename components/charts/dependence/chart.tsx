'use client'

import { useMemo, useState, type PointerEvent } from 'react'
import { ChartFrame, type ChartFrameProps } from '../chart-frame'
import { ChartTooltip } from '../chart-tooltip'
import { markerPath, type Marker } from '../series-look'
import { useWidth } from '../use-width'
import { formatSigned, formatTick } from '../value-format'
import { prepareDependence, type DependenceInput, type DependencePoint, type PreparedDependence } from './prepare'

export interface DependenceChartProps extends ChartFrameProps, DependenceInput {
  /** Under the axis: the field with its unit. */
  xLabel: string
  /** The partner whose groups mark the points, and their names. */
  partnerLabel?: string
  groupLabels: readonly string[]
  height?: number
}

const MARGIN = { top: 10, right: 10, bottom: 24, left: 56 }
const RADIUS = 2.5
/** Told apart by shape first. */
const LOOKS: readonly { marker: Marker; fill: string; stroke: string }[] = [
  { marker: 'circle', fill: 'var(--surface)', stroke: 'var(--series-2)' },
  { marker: 'square', fill: 'var(--series-3)', stroke: 'var(--series-3)' },
  { marker: 'triangle', fill: 'var(--series-1)', stroke: 'var(--series-1)' },
]
const NO_GROUP = { marker: 'diamond' as const, fill: 'none', stroke: 'var(--series-3)' }
const LONGEST_LABEL = 12

/** Every case as a point: the field's value against how much it moved the score, with means along the axis. */
export function DependenceChart(props: DependenceChartProps) {
  const { kind, values, categories, contributions, groups, bands, format, unit, groupLabels, partnerLabel, height = 300 } = props
  const prepared = useMemo(
    () => prepareDependence({ kind, values, categories, contributions, groups, bands, format, unit }),
    [kind, values, categories, contributions, groups, bands, format, unit],
  )
  const [element, width] = useWidth<HTMLDivElement>()
  const [near, setNear] = useState<number | null>(null)
  const plot = { width: Math.max(1, width - MARGIN.left - MARGIN.right), height: height - MARGIN.top - MARGIN.bottom }
  const x = (share: number) => MARGIN.left + share * plot.width
  const y = (value: number) => MARGIN.top + (1 - (value - prepared.yDomain[0]) / (prepared.yDomain[1] - prepared.yDomain[0])) * plot.height

  function point(event: PointerEvent<SVGSVGElement>): void {
    const box = event.currentTarget.getBoundingClientRect()
    setNear(nearestMean(prepared, (event.clientX - box.left - MARGIN.left) / plot.width))
  }

  const shown = near === null ? undefined : prepared.means[near]
  const write = (value: number) => formatSigned(value, format, unit)
  return (
    <ChartFrame {...props} table={prepared.table} isEmpty={prepared.isEmpty} skeleton="line" height={height}>
      <div ref={element} className="relative" style={{ height }}>
        {width > 0 && (
          <svg aria-hidden width={width} height={height} className="block" onPointerMove={point} onPointerLeave={() => setNear(null)}>
            {prepared.yTicks.map((tick) => (
              <g key={tick}>
                <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} stroke={tick === 0 ? 'var(--line-strong)' : 'var(--grid)'} />
                <text x={MARGIN.left - 6} y={y(tick) + 4} textAnchor="end" fontSize={11} fill="var(--ink-muted)">
                  {formatTick(tick, format, unit)}
                </text>
              </g>
            ))}
            <Points points={prepared.points} x={x} y={y} />
            {prepared.isLine && prepared.means.length > 1 && (
              <path d={`M${prepared.means.map((mean) => `${x(mean.x)} ${y(mean.mean)}`).join('L')}`} fill="none" stroke="var(--series-1)" strokeWidth={2} />
            )}
            {prepared.means.map((mean, index) => (
              <g key={index} stroke="var(--series-1)" strokeWidth={2}>
                <line x1={x(mean.x)} x2={x(mean.x)} y1={y(mean.low)} y2={y(mean.high)} />
                <line x1={x(mean.x) - 6} x2={x(mean.x) + 6} y1={y(mean.mean)} y2={y(mean.mean)} strokeWidth={index === near ? 4 : 2} />
              </g>
            ))}
            {labelsThatFit(prepared.xTicks, plot.width).map((tick) => (
              <text key={tick.label} x={x(tick.at)} y={height - 6} textAnchor="middle" fontSize={11} fill="var(--ink-muted)">
                {tick.label.length > LONGEST_LABEL ? `${tick.label.slice(0, LONGEST_LABEL - 1)}…` : tick.label}
              </text>
            ))}
            {prepared.hasMissing && (
              <text x={width - MARGIN.right} y={MARGIN.top + 4} textAnchor="end" fontSize={11} fill="var(--ink-muted)">
                not given
              </text>
            )}
          </svg>
        )}
        {shown && (
          <div className="pointer-events-none absolute top-2" style={shown.x > 0.5 ? { left: MARGIN.left } : { right: MARGIN.right }}>
            <ChartTooltip title={shown.label} lines={[{ label: 'Mean contribution', value: write(shown.mean) }, { label: 'Two standard errors', value: `${write(shown.low)} to ${write(shown.high)}` }]} />
          </div>
        )}
      </div>
      <p className="text-center text-xs text-ink-muted">{props.xLabel}</p>
      <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-muted">
        {partnerLabel !== undefined && <li>{partnerLabel}:</li>}
        {groupLabels.map((label, index) => (
          <li key={label} className="flex items-center gap-1.5">
            <Sample group={index} />
            {label}
          </li>
        ))}
        {groups.includes(-1) && groupLabels.length > 0 && (
          <li className="flex items-center gap-1.5">
            <Sample group={-1} />
            other, or not given
          </li>
        )}
        <li className="flex items-center gap-1.5">
          <svg aria-hidden width={16} height={12}>
            <line x1={1} x2={15} y1={6} y2={6} stroke="var(--series-1)" strokeWidth={2} />
          </svg>
          mean, with two standard errors
        </li>
      </ul>
    </ChartFrame>
  )
}

function lookOf(group: number) {
  return group < 0 ? NO_GROUP : (LOOKS[group % LOOKS.length] ?? NO_GROUP)
}

interface PointsProps {
  points: readonly DependencePoint[]
  x: (share: number) => number
  y: (value: number) => number
}

/** One path for a group: a thousand points are four elements. */
function Points({ points, x, y }: PointsProps) {
  const groups = [...new Set(points.map((point) => point.group))].sort((a, b) => a - b)
  return groups.map((group) => {
    const { marker, fill, stroke } = lookOf(group)
    const d = points.filter((point) => point.group === group).map((point) => markerPath(marker, Math.round(x(point.x) * 10) / 10, Math.round(y(point.y) * 10) / 10, RADIUS))
    return <path key={group} d={d.join('')} fill={fill} stroke={stroke} strokeWidth={0.75} opacity={0.8} />
  })
}

function Sample({ group }: { group: number }) {
  const { marker, fill, stroke } = lookOf(group)
  return (
    <svg aria-hidden width={12} height={12}>
      <path d={markerPath(marker, 6, 6, 3.5)} fill={fill} stroke={stroke} />
    </svg>
  )
}

function nearestMean({ means }: PreparedDependence, share: number): number | null {
  let nearest: number | null = null
  for (const [index, mean] of means.entries()) {
    const best = nearest === null ? undefined : means[nearest]
    if (best === undefined || Math.abs(mean.x - share) < Math.abs(best.x - share)) nearest = index
  }
  return nearest
}

/** Labels that would touch are left out; the table has all of them. */
function labelsThatFit(ticks: PreparedDependence['xTicks'], width: number): PreparedDependence['xTicks'] {
  let end = -Infinity
  return ticks.filter((tick) => {
    const half = (Math.min(LONGEST_LABEL, tick.label.length) * 6.5) / 2
    const at = tick.at * width
    if (at - half < end) return false
    end = at + half + 6
    return true
  })
}
