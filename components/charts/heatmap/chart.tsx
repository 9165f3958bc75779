'use client'

import { useMemo } from 'react'
import { ChartFrame, type ChartFrameProps } from '../chart-frame'
import { formatValue } from '../value-format'
import { prepareHeatmap, type HeatmapCell, type HeatmapInput } from './prepare'

export interface HeatmapChartProps extends ChartFrameProps, HeatmapInput {}

/** At the strongest, in per cent of ink: the number in the cell stays readable in both themes. */
const DARKEST = 55

/** Pairs as cells, darker where the pair is stronger; each cell has its number. */
export function HeatmapChart(props: HeatmapChartProps) {
  const { names, matrix, limit, format, unit, valueLabel } = props
  const prepared = useMemo(() => prepareHeatmap({ names, matrix, limit, format, unit, valueLabel }), [names, matrix, limit, format, unit, valueLabel])
  return (
    <ChartFrame {...props} table={prepared.table} isEmpty={prepared.isEmpty} skeleton="rows" height={prepared.names.length * 32 + 96}>
      <div className="overflow-x-auto" role="region" aria-label={props.question} tabIndex={0}>
        <table className="border-separate border-spacing-0.5 text-xs">
          <thead>
            <tr>
              <td />
              {prepared.names.map((name) => (
                <th key={name} scope="col" className="h-28 align-bottom font-normal">
                  <span className="mx-auto block max-h-28 truncate [writing-mode:vertical-rl] rotate-180">{name}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {prepared.rows.map((cells, index) => (
              <tr key={prepared.names[index]}>
                <th scope="row" className="max-w-40 truncate pr-2 text-left font-normal">
                  {prepared.names[index]}
                </th>
                {cells.map((cell) => (
                  <Cell key={cell.column} cell={cell} text={formatValue(cell.value, format, unit)} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {prepared.hiddenCount > 0 && (
        <p className="mt-1 text-xs text-ink-muted">
          {prepared.hiddenCount} weaker {prepared.hiddenCount === 1 ? 'field' : 'fields'} in the table
        </p>
      )}
    </ChartFrame>
  )
}

function Cell({ cell, text }: { cell: HeatmapCell; text: string }) {
  if (cell.row === cell.column) return <td aria-hidden className="h-8 min-w-12 bg-sunken" />
  return (
    <td
      className="h-8 min-w-12 px-1 text-center tabular-nums"
      title={`${cell.row} and ${cell.column}: ${text}`}
      style={{ backgroundColor: `color-mix(in srgb, var(--series-2) ${Math.round(cell.strength * DARKEST)}%, var(--surface))` }}
    >
      {text}
    </td>
  )
}
