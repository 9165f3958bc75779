'use client'

import { useQuery } from '@tanstack/react-query'
import { HeatmapChart } from '@/components/charts/heatmap/chart'
import { errorText } from '@/components/ui/error-text'
import { insight, type Question } from './api'
import { basisInWords, styleOf } from './insight-words'

/** Which pairs of fields do together what neither does alone. */
export function InteractionsPanel({ question }: { question: Question }) {
  const { data, error, refetch } = useQuery(insight('interactions', question))
  const style = data && styleOf(data)
  const [strongest] = data?.pairs ?? []
  return (
    <div className="grid gap-3">
      <HeatmapChart
        question="Which factors work together?"
        level={2}
        state={error ? 'failed' : data ? 'ready' : 'loading'}
        failure={error ? errorText(error) : undefined}
        onRetry={() => void refetch()}
        answer={data && `${strongest?.sentence ?? 'Each field acts on its own.'} ${basisInWords(data.basis, data.version)}.`}
        names={data?.fields.map((field) => field.displayName) ?? []}
        matrix={data && style ? data.matrix.map(style.of) : []}
        format={style?.format}
        unit={style?.unit}
        valueLabel={`Mean size of the interaction${style ? ` (${style.label.toLowerCase()})` : ''}`}
        fileName={`interactions-v${question.version}`}
        emptyText="Every field of this version acts on its own: no pair does together what neither does alone."
      />
      {data && data.pairs.length > 1 && (
        <ul className="grid gap-1 text-sm text-ink-muted">
          {data.pairs.slice(1, 4).map((pair) => (
            <li key={pair.fields.join(' ')}>{pair.sentence}</li>
          ))}
        </ul>
      )}
    </div>
  )
}
