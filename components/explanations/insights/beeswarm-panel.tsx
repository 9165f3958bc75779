'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { BeeswarmChart } from '@/components/charts/beeswarm/chart'
import { errorText } from '@/components/ui/error-text'
import { formatCount } from '@/components/ui/format'
import type { BeeswarmField } from '@/lib/explanations/rules/insights/contract'
import { insight, type Question } from './api'
import { styleOf, TENDENCY_WORDS } from './insight-words'

/** Every case of a sample, field by field. */
export function BeeswarmPanel({ question }: { question: Question }) {
  const { data, error, refetch } = useQuery(insight('beeswarm', question))
  const style = data && styleOf(data)
  const items = useMemo(() => {
    if (!data) return []
    const { of } = styleOf(data)
    return data.fields.map((field) => ({
      id: field.field, label: field.displayName, tendency: tendencyOf(field), values: field.contributions.map(of), places: field.places, isMissing: field.isMissing,
    }))
  }, [data])
  return (
    <BeeswarmChart
      question="Do high values push the score up or down?"
      level={2}
      state={error ? 'failed' : data ? 'ready' : 'loading'}
      failure={error ? errorText(error) : undefined}
      onRetry={() => void refetch()}
      answer={data && style && `Each dot is one of ${formatCount(data.basis.rows)} cases; to the right of the line the field raised the score, to the left it lowered it (${style.label.toLowerCase()}).`}
      items={items}
      format={style?.format}
      unit={style?.unit}
      fileName={`cases-v${question.version}`}
      emptyText="Cases appear here once predictions are explained, or the version has reference data."
    />
  )
}

function tendencyOf(field: BeeswarmField): string {
  if (field.tendency !== null) return TENDENCY_WORDS[field.tendency]
  return field.kind === 'category' ? 'a category' : 'does not vary'
}
