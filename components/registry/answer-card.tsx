import { Card } from '@/components/ui/card'
import { formatNumber } from '@/components/ui/format'
import { KeyValueList, type KeyValueItem } from '@/components/ui/key-value-list'
import type { Signature } from '@/lib/registry/contract'
import type { ReferenceColumn } from './reference-columns'
import { SmallDistribution } from './small-distribution'
import { TASK_WORDS } from './words'

/** What a caller gets. */
export function AnswerCard({ signature, score }: { signature: Signature; score: ReferenceColumn | undefined }) {
  const { decision, classes, positiveClass } = signature
  const named = (name: string | number) => {
    const words = signature.classNames?.[String(name)]
    return words === undefined ? String(name) : `${words} (${name})`
  }
  const items: (KeyValueItem | undefined)[] = [
    { label: 'Kind', value: TASK_WORDS[signature.task] },
    { label: 'Meaning', value: signature.scoreUnit ? `${signature.scoreMeaning}, in ${signature.scoreUnit}` : signature.scoreMeaning },
    classes && { label: 'Classes', value: classes.map(named).join(', ') },
    positiveClass === undefined ? undefined : { label: 'The score is of', value: `class ${named(positiveClass)}` },
    decision && { label: `From ${formatNumber(decision.threshold)}`, value: decision.above },
    decision && { label: `Below ${formatNumber(decision.threshold)}`, value: decision.below },
    score && {
      label: 'On the reference',
      value: (
        <>
          <SmallDistribution bars={score.bars} />
          <span className="text-xs text-ink-muted">{score.usual}</span>
        </>
      ),
    },
  ]
  return (
    <Card title="What it answers">
      <KeyValueList items={items.filter((item) => item !== undefined)} />
    </Card>
  )
}
