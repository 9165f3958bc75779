'use client'

import { useMemo } from 'react'
import { ChartFrame, type ChartFrameProps } from '../chart-frame'
import { markerPath } from '../series-look'
import { formatTick } from '../value-format'
import { useWidth } from '../use-width'
import { placeDots, prepareBeeswarm, SHADES, type BeeswarmInput, type BeeswarmItem, type Shade } from './prepare'

export interface BeeswarmChartProps extends ChartFrameProps, BeeswarmInput {}

const ROW_HEIGHT = 36
const RADIUS = 2

/** From light to dark as the value rises; outlined, so that light dots are seen on white. */
const PAINT: Record<Shade, { fill: string; stroke: string }> = {
  'shade-0': { fill: 'var(--surface)', stroke: 'var(--series-2)' },
  'shade-1': { fill: 'var(--series-fill)', stroke: 'var(--series-2)' },
  'shade-2': { fill: 'var(--series-3)', stroke: 'var(--series-3)' },
  'shade-3': { fill: 'var(--series-2)', stroke: 'var(--series-2)' },
  'shade-4': { fill: 'var(--series-1)', stroke: 'var(--series-1)' },
  none: { fill: 'var(--series-3)', stroke: 'var(--series-3)' },
  missing: { fill: 'none', stroke: 'var(--series-2)' },
}

/** Every case as a dot, a row for each field: where it lies says how much the field moved that case. */
export function BeeswarmChart(props: BeeswarmChartProps) {
  const { items, format, unit } = props
  const prepared = useMemo(() => prepareBeeswarm({ items, format, unit }), [items, format, unit])
  const { domain, ticks } = prepared
  const hasNone = items.some(({ places, isMissing }) => places.some((place, row) => place === null && isMissing?.[row] !== true))
  const hasMissing = items.some(({ isMissing }) => isMissing?.includes(true))
  return (
    <ChartFrame {...props} table={prepared.table} isEmpty={prepared.isEmpty} skeleton="rows" height={Math.max(1, items.length) * ROW_HEIGHT + 24}>
      <div className="grid gap-x-3 sm:grid-cols-[minmax(7rem,13rem)_1fr]">
        <ol aria-label="Fields, the most important first" className="grid min-w-0 sm:col-span-full sm:grid-cols-subgrid">
          {items.map((item) => (
            <li key={item.id} className="grid min-w-0 items-center border-b border-line pt-1 text-sm last:border-b-0 sm:col-span-full sm:grid-cols-subgrid sm:pt-0">
              <span className="min-w-0">
                <span className="block truncate">{item.label}</span>
                <span className="block truncate text-xs text-ink-muted">{item.tendency}</span>
              </span>
              <Row item={item} domain={domain} />
            </li>
          ))}
        </ol>
        <div aria-hidden className="relative h-5 border-t border-line-strong text-xs text-ink-muted sm:col-start-2">
          {ticks.map((tick) => (
            <span key={tick} className="absolute top-0.5 -translate-x-1/2 whitespace-nowrap tabular-nums first:translate-x-0 last:-translate-x-full" style={{ left: `${((tick - domain[0]) / (domain[1] - domain[0])) * 100}%` }}>
              {formatTick(tick, format, unit)}
            </span>
          ))}
        </div>
      </div>
      <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-muted">
        <Legend shade="shade-0">low value</Legend>
        <Legend shade="shade-2">middle</Legend>
        <Legend shade="shade-4">high value</Legend>
        {hasNone && <Legend shade="none" isSquare>a category, or hidden</Legend>}
        {hasMissing && <Legend shade="missing" isDiamond>not given</Legend>}
      </ul>
    </ChartFrame>
  )
}

function Row({ item, domain }: { item: BeeswarmItem; domain: readonly [number, number] }) {
  const [element, width] = useWidth<HTMLSpanElement>()
  const paths = useMemo(() => pathsOf(item, domain, width), [item, domain, width])
  const zero = RADIUS + ((0 - domain[0]) / (domain[1] - domain[0])) * (width - 2 * RADIUS)
  return (
    <span ref={element} className="block min-w-0" style={{ height: ROW_HEIGHT }}>
      {width > 0 && (
        <svg aria-hidden width={width} height={ROW_HEIGHT} className="block">
          <line x1={zero} x2={zero} y1={0} y2={ROW_HEIGHT} stroke="var(--line-strong)" strokeDasharray="3 3" />
          {paths.map(({ shade, d }) => (
            <path key={shade} d={d} fill={PAINT[shade].fill} stroke={PAINT[shade].stroke} strokeWidth={0.75} />
          ))}
        </svg>
      )}
    </span>
  )
}

/** One path for all dots of a shade: thousands of dots stay a handful of elements. */
function pathsOf(item: BeeswarmItem, domain: readonly [number, number], width: number): { shade: Shade; d: string }[] {
  if (width <= 0) return []
  const byShade = new Map<Shade, string[]>()
  for (const { x, y, shade } of placeDots(item, domain, { width, height: ROW_HEIGHT, radius: RADIUS })) {
    const marker = shade === 'none' ? 'square' : shade === 'missing' ? 'diamond' : 'circle'
    const path = markerPath(marker, Math.round(x * 10) / 10, Math.round(y * 10) / 10, RADIUS)
    const kept = byShade.get(shade)
    if (kept) kept.push(path)
    else byShade.set(shade, [path])
  }
  return SHADES.flatMap((shade) => {
    const parts = byShade.get(shade)
    return parts ? [{ shade, d: parts.join('') }] : []
  })
}

function Legend({ shade, isSquare = false, isDiamond = false, children }: { shade: Shade; isSquare?: boolean; isDiamond?: boolean; children: string }) {
  return (
    <li className="flex items-center gap-1.5">
      <svg aria-hidden width={12} height={12}>
        <path d={markerPath(isSquare ? 'square' : isDiamond ? 'diamond' : 'circle', 6, 6, 3)} fill={PAINT[shade].fill} stroke={PAINT[shade].stroke} />
      </svg>
      {children}
    </li>
  )
}
