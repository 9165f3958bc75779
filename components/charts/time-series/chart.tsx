'use client'

import dynamic from 'next/dynamic'
import { useMemo } from 'react'
import { ChartFrame, type ChartFrameProps } from '../chart-frame'
import { ChartSkeleton } from '../chart-skeleton'
import { formatTick } from '../value-format'
import { TimeSeriesLegend } from './legend'
import { placeAnnotations, prepareTimeSeries, type TimeAnnotation, type TimeSeriesInput } from './prepare'

export interface TimeSeriesThreshold {
  value: number
  label: string
}

export interface TimeSeriesChartProps extends ChartFrameProps, TimeSeriesInput {
  threshold?: TimeSeriesThreshold
  annotations?: readonly TimeAnnotation[]
  /** Ends of the axis, where the data alone would mislead; zero is the default start. */
  minimum?: number
  maximum?: number
  height?: number
}

const View = dynamic(() => import('./view').then((module) => module.TimeSeriesView), {
  ssr: false,
  loading: () => <ChartSkeleton shape="line" label="chart" />,
})

export function TimeSeriesChart(props: TimeSeriesChartProps) {
  const { series, band, bucketMs, unfinishedFrom, format, unit, threshold, annotations, height = 220 } = props
  const prepared = useMemo(
    () => prepareTimeSeries({ series, band, bucketMs, unfinishedFrom, format, unit }),
    [series, band, bucketMs, unfinishedFrom, format, unit],
  )
  const marks = useMemo(
    () => placeAnnotations(annotations ?? [], prepared.rows, bucketMs),
    [annotations, prepared.rows, bucketMs],
  )
  return (
    <ChartFrame {...props} table={prepared.table} isEmpty={prepared.isEmpty} skeleton="line" height={height}>
      <div style={{ height }}>
        <View
          prepared={prepared}
          marks={marks}
          label={props.question}
          format={format}
          unit={unit}
          threshold={threshold}
          minimum={props.minimum}
          maximum={props.maximum}
        />
      </div>
      <TimeSeriesLegend
        lines={prepared.lines}
        band={prepared.bandLabel}
        marks={marks}
        isDaily={prepared.isDaily}
        threshold={threshold && `${threshold.label}: ${formatTick(threshold.value, format, unit)}`}
      />
    </ChartFrame>
  )
}
