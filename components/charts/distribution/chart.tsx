'use client'

import dynamic from 'next/dynamic'
import { useMemo } from 'react'
import { ChartFrame, type ChartFrameProps } from '../chart-frame'
import { ChartSkeleton } from '../chart-skeleton'
import { prepareDistribution, type DistributionInput } from './prepare'

export interface DistributionChartProps extends ChartFrameProps, DistributionInput {
  /** Ordered bins stand as columns; categories with their longer names lie as rows. */
  kind?: 'bins' | 'categories'
  height?: number
}

const View = dynamic(() => import('./view').then((module) => module.DistributionView), {
  ssr: false,
  loading: () => <ChartSkeleton shape="columns" label="chart" />,
})

export function DistributionChart(props: DistributionChartProps) {
  const { bins, limit, kind = 'bins', referenceLabel = 'Reference', currentLabel = 'Current' } = props
  const prepared = useMemo(
    () => prepareDistribution({ bins, referenceLabel, currentLabel, limit }),
    [bins, referenceLabel, currentLabel, limit],
  )
  const height = props.height ?? (kind === 'bins' ? 220 : Math.max(120, prepared.rows.length * 36 + 28))
  return (
    <ChartFrame
      {...props}
      table={prepared.table}
      isEmpty={prepared.isEmpty}
      skeleton={kind === 'bins' ? 'columns' : 'rows'}
      height={height}
    >
      <div style={{ height }}>
        <View
          rows={prepared.rows}
          kind={kind}
          label={props.question}
          referenceLabel={referenceLabel}
          currentLabel={currentLabel}
        />
      </div>
      <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-muted">
        <li className="flex items-center gap-1.5">
          <span aria-hidden className="size-3 border border-series-2 bg-series-fill" />
          {referenceLabel}
          {!prepared.hasReference && ' (no data)'}
        </li>
        <li className="flex items-center gap-1.5">
          <span aria-hidden className="size-3 bg-series-1" />
          {currentLabel}
          {!prepared.hasCurrent && ' (no data yet)'}
        </li>
      </ul>
    </ChartFrame>
  )
}
