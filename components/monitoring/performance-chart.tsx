import { TimeSeriesChart } from '@/components/charts/time-series/chart'
import { formatCount, formatNumber, formatPercent, formatScore } from '@/components/ui/format'
import type { PerformanceReport } from '@/lib/monitoring/contract'
import type { ChartContext } from './traffic-charts'

export interface PerformanceChartProps extends ChartContext {
  report: PerformanceReport
  unit: string | undefined
}

/** Accuracy as outcomes arrive; a regression's mean absolute error. */
export function PerformanceChart({ report, unit, annotations, unfinishedFrom, rangeWords }: PerformanceChartProps) {
  const isRegression = report.task === 'regression'
  const { whole } = report
  const points = (value: (point: PerformanceReport['points'][number]) => number | null) => report.points.map((point) => ({ at: point.at, value: value(point) }))
  const known = report.rows === 0 ? '' : ` Outcomes are known for ${formatPercent(whole.outcomes / report.rows)} of ${formatCount(report.rows)} predictions.`
  const answer = isRegression
    ? `Off by ${formatNumber(whole.value, { unit })} on average${whole.bias === null ? '' : `, ${whole.bias > 0 ? 'too high' : 'too low'} by ${formatNumber(Math.abs(whole.bias), { unit })} in the mean`}.${known}`
    : `Right in ${formatPercent(whole.value)} of cases in ${rangeWords} (95 % interval ${formatPercent(whole.low)} to ${formatPercent(whole.high)})${whole.auc === null ? '' : `; AUC ${formatScore(whole.auc)}`}.${known}`
  return (
    <TimeSeriesChart
      question={isRegression ? 'How far off are the answers?' : 'How often is the model right?'}
      answer={answer}
      emptyText="No outcome of these predictions is known yet. What really happened comes later, to POST /api/outcomes, and is drawn at the time of the prediction: a longer range may show more."
      series={
        isRegression
          ? [{ id: 'error', label: 'Mean absolute error', points: points((point) => point.value) }]
          : [{ id: 'accuracy', label: 'Share of right answers', points: points((point) => point.value) }]
      }
      band={isRegression ? undefined : { label: '95 % interval', points: report.points }}
      bucketMs={report.bucketMs}
      unfinishedFrom={unfinishedFrom}
      annotations={annotations}
      threshold={report.limit === null ? undefined : { value: report.limit, label: 'Limit' }}
      format={isRegression ? 'number' : 'percent'}
      unit={isRegression ? unit : undefined}
      maximum={isRegression ? undefined : 1}
    />
  )
}
