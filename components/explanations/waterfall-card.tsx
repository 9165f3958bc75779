import { WaterfallChart } from '@/components/charts/waterfall/chart'
import { InfoTip } from '@/components/ui/info-tip'
import { formatCount } from '@/components/ui/format'
import type { Decision, ShownExplanation } from '@/lib/explanations/contract'

export interface WaterfallCardProps {
  decision: Pick<Decision, 'shownInputs' | 'scoreMeaning' | 'scoreUnit' | 'task' | 'guardrail'>
  explanation: ShownExplanation
}

/** From the model's mean over the background sample to what it answered, field by field. */
export function WaterfallCard({ decision, explanation }: WaterfallCardProps) {
  const { base, values, errors, fields, reasons, method } = explanation
  const isProbability = explanation.scale === 'probability'
  const [first] = reasons
  return (
    <WaterfallChart
      question={decision.guardrail ? 'Why did the model say this?' : 'Why this answer?'}
      answer={first ? `${first.displayName} ${first.direction} it most.` : 'No field moved it clearly.'}
      actions={<Method explanation={explanation} />}
      base={{ label: 'Average case', value: base }}
      score={{ label: 'This case', value: values.reduce((sum, value) => sum + value, base) }}
      contributions={fields.map(({ name, displayName }, index) => ({
        id: name,
        label: displayName,
        value: values[index] ?? 0,
        input: decision.shownInputs[index]?.inWords,
        ...(method === 'exact' ? {} : { standardError: errors[index] ?? 0 }),
      }))}
      format={isProbability ? 'score' : 'number'}
      unit={isProbability ? undefined : (decision.scoreUnit ?? undefined)}
      fileName={`explanation-${explanation.predictionId}`}
      level={2}
    />
  )
}

function Method({ explanation }: { explanation: ShownExplanation }) {
  return (
    <InfoTip term="this explanation">
      <div className="grid max-w-xs gap-2">
        <p>
          Shapley values: what each field adds on average, when the fields of this case replace those of the background sample one
          after the other in every order. They add up exactly to the answer.
        </p>
        <p>
          {explanation.method === 'exact'
            ? 'Computed exactly, over all combinations of fields.'
            : `Sampled from ${formatCount(explanation.permutations)} orders; ± is the standard error of each value.`}
        </p>
        <p>
          Background sample <code className="break-all">{explanation.backgroundHash.slice(0, 12)}</code>
        </p>
      </div>
    </InfoTip>
  )
}
