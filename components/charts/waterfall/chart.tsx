'use client'

import { useMemo } from 'react'
import { ChartFrame, type ChartFrameProps } from '../chart-frame'
import { TrackBar, TrackGuide, TrackList, TrackRow, TrackStop } from '../track'
import { formatSigned, formatValue } from '../value-format'
import { prepareWaterfall, type PreparedWaterfall, type WaterfallInput, type WaterfallStep } from './prepare'

export interface WaterfallChartProps extends ChartFrameProps, WaterfallInput {}

export function WaterfallChart(props: WaterfallChartProps) {
  const { base, score, contributions, limit, format, unit } = props
  const prepared = useMemo(
    () => prepareWaterfall({ base, score, contributions, limit, format, unit }),
    [base, score, contributions, limit, format, unit],
  )
  return (
    <ChartFrame
      {...props}
      table={prepared.table}
      isEmpty={prepared.isEmpty}
      skeleton="rows"
      height={prepared.steps.length * 32 + 24}
    >
      <TrackList label="From the base to the score">
        {prepared.steps.map((step) => (
          <Step key={`${step.kind}-${step.id}`} step={step} prepared={prepared} chart={props} />
        ))}
      </TrackList>
      <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-muted">
        <LegendItem look="solid">raises the output</LegendItem>
        <LegendItem look="hatched">lowers the output</LegendItem>
      </ul>
    </ChartFrame>
  )
}

interface StepProps {
  step: WaterfallStep
  prepared: PreparedWaterfall
  chart: WaterfallChartProps
}

function Step({ step, prepared, chart }: StepProps) {
  const { domain } = prepared
  const isEnd = step.kind === 'base' || step.kind === 'score'
  const value = isEnd
    ? formatValue(step.value, chart.format, chart.unit)
    : formatSigned(step.value, chart.format, chart.unit)
  const error = step.standardError
  return (
    <TrackRow
      label={step.label}
      note={step.input}
      isStrong={isEnd}
      value={
        <>
          {value}
          {error !== undefined && (
            <span className="block text-xs text-ink-muted">± {formatValue(error, chart.format, chart.unit)}</span>
          )}
        </>
      }
    >
      <TrackGuide at={chart.base.value} domain={domain} isDashed />
      {isEnd ? (
        <TrackStop at={step.to} domain={domain} />
      ) : (
        <TrackBar from={step.from} to={step.to} domain={domain} look={step.value < 0 ? 'hatched' : 'solid'} />
      )}
    </TrackRow>
  )
}

function LegendItem({ look, children }: { look: 'solid' | 'hatched'; children: string }) {
  return (
    <li className="flex items-center gap-1.5">
      <span aria-hidden className="relative h-5 w-5">
        <TrackBar from={0} to={1} domain={[0, 1]} look={look} />
      </span>
      {children}
    </li>
  )
}
