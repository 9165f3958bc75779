import { BarsChart } from '@/components/charts/bars/chart'
import type { Version } from '@/lib/registry/contract'
import { importanceInWords, importanceStyle } from './importance-words'

/** Two standard errors to each side. */
const WIDTH_OF_INTERVAL = 2

export function ImportanceChart({ version }: { version: Version }) {
  const { importance, signature } = version
  const nameOf = (field: string) => signature.fields.find((one) => one.name === field)?.displayName ?? field
  const isMulticlass = signature.task === 'multiclass'
  const style = importance && importanceStyle(importance.scale, isMulticlass, signature.scoreUnit)
  const items = (importance?.values ?? []).map(({ field, meanAbsolute, standardError }) => ({
    id: field,
    label: nameOf(field),
    value: meanAbsolute * (style?.factor ?? 1),
    low: Math.max(0, meanAbsolute - WIDTH_OF_INTERVAL * standardError) * (style?.factor ?? 1),
    high: (meanAbsolute + WIDTH_OF_INTERVAL * standardError) * (style?.factor ?? 1),
  }))
  return (
    <BarsChart
      question="What moves its answers most?"
      answer={importance ? importanceInWords(importance, isMulticlass, signature.scoreUnit, nameOf) : undefined}
      items={items}
      format="number"
      unit={style?.unit}
      valueLabel={style?.label ?? 'Mean absolute contribution'}
      fileName={`importance-v${version.number}`}
      level={2}
      emptyText={version.reference === null ? 'It needs reference data, which this version was registered without.' : 'It is computed in the background after registration. Look again in a minute.'}
    />
  )
}
