import { formatPercent } from '@/components/ui/format'
import { rectangles, type Bar } from './reference-columns'

const WIDTH = 96
const HEIGHT = 24

/** The shape of a column at a glance; the figures are its text alternative and its tooltip. */
export function SmallDistribution({ bars }: { bars: readonly Bar[] }) {
  const total = bars.reduce((sum, bar) => sum + bar.count, 0)
  if (total === 0) return <span className="text-ink-subtle">no values</span>
  const words = bars.map((bar) => `${bar.label}: ${formatPercent(bar.count / total, 0)}`).join(', ')
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words} className="block">
      <title>{words}</title>
      <line x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} stroke="var(--line-strong)" />
      {rectangles(bars, WIDTH, HEIGHT - 2).map(({ x, width, height }, index) => (
        <rect key={index} x={x} y={HEIGHT - 1 - height} width={Math.max(1, width - 0.5)} height={height} fill="var(--series-2)" />
      ))}
    </svg>
  )
}
