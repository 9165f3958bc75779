import { formatPercent } from '@/components/ui/format'

const WIDTH = 96
const HEIGHT = 24

export interface SmallDistributionProps {
  /** Bins in order, or categories by frequency. */
  bars: readonly { label: string; count: number }[]
}

/** The shape of a column at a glance; the figures are its text alternative and its tooltip. */
export function SmallDistribution({ bars }: SmallDistributionProps) {
  const total = bars.reduce((sum, bar) => sum + bar.count, 0)
  const most = Math.max(...bars.map((bar) => bar.count))
  if (total === 0) return <span className="text-ink-subtle">no values</span>
  const step = WIDTH / bars.length
  const words = bars.map((bar) => `${bar.label}: ${formatPercent(bar.count / total, 0)}`).join(', ')
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words} className="block">
      <title>{words}</title>
      <line x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} stroke="var(--line-strong)" />
      {bars.map((bar, index) => {
        const height = (bar.count / most) * (HEIGHT - 2)
        return <rect key={bar.label} x={index * step + 0.5} y={HEIGHT - 1 - height} width={Math.max(1, step - 1)} height={height} fill="var(--series-2)" />
      })}
    </svg>
  )
}
