'use client'

import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { formatPercent } from '@/components/ui/format'
import { ChartTooltip } from '../chart-tooltip'
import { niceScale } from '../scale'
import type { DistributionRow } from './prepare'

export interface DistributionViewProps {
  rows: DistributionRow[]
  kind: 'bins' | 'categories'
  label: string
  referenceLabel: string
  currentLabel: string
}

const AXIS_TEXT = { fill: 'var(--ink-muted)', fontSize: 11 }
const MAX_LABEL = 26
const CHARACTER_WIDTH = 6

function shorten(label: string): string {
  return label.length > MAX_LABEL ? `${label.slice(0, MAX_LABEL - 1)}…` : label
}

export function DistributionView({ rows, kind, label, referenceLabel, currentLabel }: DistributionViewProps) {
  const areRows = kind === 'categories'
  const scale = niceScale([0, Math.max(0, ...rows.flatMap((row) => [row.reference, row.current]))])
  const longest = Math.max(...rows.map((row) => shorten(row.label).length))
  const shareAxis = {
    type: 'number' as const,
    domain: scale.domain,
    ticks: scale.ticks,
    interval: 0 as const,
    tickFormatter: (share: number) => formatPercent(share, 0),
    tick: AXIS_TEXT,
    tickLine: false,
    axisLine: false,
  }
  const labelAxis = {
    type: 'category' as const,
    dataKey: 'label',
    tickFormatter: shorten,
    tick: AXIS_TEXT,
    tickLine: false,
    axisLine: { stroke: 'var(--line-strong)' },
  }
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart
        data={rows}
        layout={areRows ? 'vertical' : 'horizontal'}
        margin={{ top: 8, right: 12, bottom: 0, left: 0 }}
        barGap={1}
        barCategoryGap="20%"
        aria-label={label}
      >
        <CartesianGrid vertical={areRows} horizontal={!areRows} stroke="var(--grid)" />
        {areRows ? <XAxis {...shareAxis} /> : <XAxis {...labelAxis} interval="equidistantPreserveStart" minTickGap={8} />}
        {areRows ? <YAxis {...labelAxis} width={longest * CHARACTER_WIDTH + 16} interval={0} /> : <YAxis {...shareAxis} width="auto" />}
        <Tooltip
          isAnimationActive={false}
          cursor={{ fill: 'var(--hover)', opacity: 0.6 }}
          content={({ active, payload }) => {
            const row = payload[0]?.payload as DistributionRow | undefined
            if (!active || !row) return null
            const lines = [
              { label: referenceLabel, value: formatPercent(row.reference) },
              { label: currentLabel, value: formatPercent(row.current) },
            ]
            return <ChartTooltip title={row.label} lines={lines} />
          }}
        />
        <Bar
          dataKey="reference"
          fill="var(--series-fill)"
          stroke="var(--series-2)"
          strokeWidth={1}
          maxBarSize={28}
          isAnimationActive={false}
        />
        <Bar dataKey="current" fill="var(--series-1)" maxBarSize={28} isAnimationActive={false} />
      </BarChart>
    </ResponsiveContainer>
  )
}
