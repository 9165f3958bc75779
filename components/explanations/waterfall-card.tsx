'use client'

import { useQuery } from '@tanstack/react-query'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { WaterfallChart } from '@/components/charts/waterfall/chart'
import { errorText } from '@/components/ui/error-text'
import { formatCount, formatScore } from '@/components/ui/format'
import { InfoTip } from '@/components/ui/info-tip'
import { explanationQuery } from '@/lib/explanations/client/lookup'
import { SCALES, type Decision, type Explanation, type Scale, type ShownExplanation } from '@/lib/explanations/contract'
import { ChoiceButtons } from './lookup/choice-buttons'
import { methodInWords, residualInWords } from './lookup/method-words'

export interface WaterfallCardProps {
  decision: Pick<Decision, 'id' | 'shownInputs' | 'scoreUnit' | 'task' | 'guardrail' | 'madeBy'>
  explanation: ShownExplanation
}

/** Log-odds are what the model adds up; a probability is what people ask for. Values have one scale only. */
const CHOICES = [
  { value: 'probability' as const, label: 'Probability' },
  { value: 'margin' as const, label: 'Log-odds' },
]

/** From the model's mean over the background sample to what it answered, field by field, on either scale. */
export function WaterfallCard({ decision, explanation }: WaterfallCardProps) {
  const [wanted, setWanted] = useQueryState('scale', parseAsStringLiteral(SCALES))
  const hasBoth = decision.madeBy.explainability?.kind === 'exact' && explanation.scale !== 'value'
  const scale = hasBoth ? (wanted ?? explanation.scale) : explanation.scale
  const other = useQuery({ ...explanationQuery(decision.id, scale), enabled: scale !== explanation.scale })
  const shown: Explanation | undefined = scale === explanation.scale ? explanation : other.data
  const [first] = explanation.reasons
  const total = shown ? shown.values.reduce((sum, value) => sum + value, shown.base) : 0
  const note = (value: number) => (scale === 'margin' && decision.task === 'binary' ? { note: `probability ${formatScore(1 / (1 + Math.exp(-value)))}` } : {})
  return (
    <WaterfallChart
      question={decision.guardrail ? 'Why did the model say this?' : 'Why this answer?'}
      answer={first ? `${first.displayName} ${first.direction} it most.` : 'No field moved it clearly.'}
      state={other.isError && !shown ? 'failed' : shown ? 'ready' : 'loading'}
      failure={other.error ? errorText(other.error) : undefined}
      onRetry={() => void other.refetch()}
      actions={
        <>
          {hasBoth && <ChoiceButtons label="Scale" choices={CHOICES} value={scale === 'margin' ? 'margin' : 'probability'} onChange={(value) => void setWanted(value === explanation.scale ? null : value)} />}
          {shown && <Method explanation={shown} sentence={decision.madeBy.explainability?.sentence ?? null} />}
        </>
      }
      base={{ label: 'Average case', value: shown?.base ?? 0, ...note(shown?.base ?? 0) }}
      score={{ label: 'This case', value: total, ...note(total) }}
      contributions={explanation.fields.map(({ name, displayName }, index) => ({
        id: name,
        label: displayName,
        value: shown?.values[index] ?? 0,
        input: decision.shownInputs[index]?.inWords,
        ...(shown === undefined || shown.method === 'exact' ? {} : { standardError: shown.errors[index] ?? 0 }),
      }))}
      format={scale === 'probability' ? 'score' : 'number'}
      unit={scale === 'value' ? (decision.scoreUnit ?? undefined) : undefined}
      fileName={`explanation-${explanation.predictionId}-${scale}`}
      level={2}
    />
  )
}

function Method({ explanation, sentence }: { explanation: Explanation; sentence: string | null }) {
  const residual = residualInWords(explanation)
  return (
    <InfoTip term="this explanation">
      <div className="grid max-w-xs gap-2">
        <p>
          Shapley values: what each field adds on average, when the fields of this case replace those of the background sample one
          after the other in every order. They add up exactly to the answer.
        </p>
        {SCALE_WORDS[explanation.scale] !== undefined && <p>{SCALE_WORDS[explanation.scale]}</p>}
        <p>
          {methodInWords(explanation, formatCount(explanation.permutations))}
          {explanation.scale !== 'probability' && explanation.method === 'exact' && sentence !== null && <> {sentence}</>}
        </p>
        {residual !== null && <p>{residual}</p>}
        <p>
          Background sample <code className="break-all">{explanation.backgroundHash.slice(0, 12)}</code>
        </p>
      </div>
    </InfoTip>
  )
}

const SCALE_WORDS: Partial<Record<Scale, string>> = {
  margin: 'Log-odds are what the model adds up inside: 0 is a probability of one half, each 0.7 about doubles the odds.',
}
