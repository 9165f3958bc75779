import { BarsChart } from '@/components/charts/bars/chart'
import { formatNumber } from '@/components/ui/format'
import type { Version } from '@/lib/registry/contract'

/** Two standard errors to each side. */
const WIDTH_OF_INTERVAL = 2

export function ImportanceChart({ version }: { version: Version }) {
  const { importance, signature } = version
  const nameOf = (field: string) => signature.fields.find((one) => one.name === field)?.displayName ?? field
  const items = (importance?.values ?? []).map(({ field, meanAbsolute, standardError }) => ({
    id: field,
    label: nameOf(field),
    value: meanAbsolute,
    low: Math.max(0, meanAbsolute - WIDTH_OF_INTERVAL * standardError),
    high: meanAbsolute + WIDTH_OF_INTERVAL * standardError,
  }))
  const [top] = items.toSorted((a, b) => b.value - a.value)
  return (
    <BarsChart
      question="What moves its answers most?"
      answer={top && importance ? `${top.label}: it moves an answer by ${formatNumber(top.value)} on average, over ${importance.rows} reference rows.` : undefined}
      items={items}
      format="number"
      unit={signature.scoreUnit}
      valueLabel="Mean absolute contribution"
      fileName={`importance-v${version.number}`}
      level={2}
      emptyText={version.reference === null ? 'It needs reference data, which this version was registered without.' : 'It is computed in the background after registration. Look again in a minute.'}
    />
  )
}
