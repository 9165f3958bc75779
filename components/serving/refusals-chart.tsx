import { BarsChart } from '@/components/charts/bars/chart'
import { Card } from '@/components/ui/card'
import { formatCount } from '@/components/ui/format'
import { Markdown } from '@/components/docs/markdown'

const MOST_EXPLAINED = 5

export interface RefusalsChartProps {
  /** The most frequent first. */
  refusals: readonly { code: string; count: number }[]
  /** What a code means, from the guide. */
  meanings: ReadonlyMap<string, string>
  rangeWords: string
}

/** Calls that were not answered, by the reason they were told. */
export function RefusalsChart({ refusals, meanings, rangeWords }: RefusalsChartProps) {
  const total = refusals.reduce((sum, { count }) => sum + count, 0)
  const explained = refusals.slice(0, MOST_EXPLAINED).flatMap(({ code }) => {
    const meaning = meanings.get(code)
    return meaning === undefined ? [] : [{ code, meaning }]
  })
  return (
    <Card>
      <BarsChart
        framed={false}
        question="Why were calls refused?"
        answer={`${formatCount(total)} ${total === 1 ? 'call was' : 'calls were'} refused in ${rangeWords}.`}
        emptyText={`No call was refused in ${rangeWords}.`}
        items={refusals.map(({ code, count }) => ({ id: code, label: code, value: count, href: `/docs/problems#${code}` }))}
        format="count"
        valueLabel="Calls"
      />
      {explained.length > 0 && (
        <dl className="mt-3 grid gap-2 border-t pt-3 text-sm">
          {explained.map(({ code, meaning }) => (
            <div key={code}>
              <dt className="font-mono text-xs">{code}</dt>
              <dd className="text-ink-muted">
                <Markdown>{meaning}</Markdown>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  )
}
