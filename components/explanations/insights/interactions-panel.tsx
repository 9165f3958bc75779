'use client'

import { useQuery } from '@tanstack/react-query'
import { HeatmapChart } from '@/components/charts/heatmap/chart'
import { Card } from '@/components/ui/card'
import { errorText } from '@/components/ui/error-text'
import { insight, type Question } from './api'
import { basisInWords, styleOf } from './insight-words'

const QUESTION = 'Which factors work together?'

/** Which pairs of fields do together what neither does alone. */
export function InteractionsPanel({ question, isExact }: { question: Question; isExact: boolean }) {
  const { data, error, refetch } = useQuery({ ...insight('interactions', question), enabled: isExact })
  const style = data && styleOf(data)
  const [strongest] = data?.pairs ?? []
  if (!isExact) return <Said>This is computed for versions that are explained exactly. This one is explained by asking the model, and every pair would take a run of its own.</Said>
  if (data && !strongest) return <Said>Each field of this version acts on its own: no pair does together what neither does alone.</Said>
  return (
    <div className="grid gap-3">
      <HeatmapChart
        question={QUESTION}
        level={2}
        state={error ? 'failed' : data ? 'ready' : 'loading'}
        failure={error ? errorText(error) : undefined}
        onRetry={() => void refetch()}
        answer={data && strongest && `${strongest.sentence} ${basisInWords(data.basis, data.version)}.`}
        names={data?.fields.map((field) => field.displayName) ?? []}
        matrix={data && style ? data.matrix.map((value) => rounded(style.of(value), style.decimals)) : []}
        format={style?.format}
        unit={style?.unit}
        valueLabel={`Mean size of the interaction${style ? ` (${style.label.toLowerCase()})` : ''}`}
        fileName={`interactions-v${question.version}`}
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

function Said({ children }: { children: string }) {
  return (
    <Card title={QUESTION}>
      <p className="text-sm text-ink-muted">{children}</p>
    </Card>
  )
}

function rounded(value: number, decimals: number | undefined): number {
  return decimals === undefined ? value : Number(value.toFixed(decimals))
}
