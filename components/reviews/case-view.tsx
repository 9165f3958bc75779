'use client'

import { useMutation } from '@tanstack/react-query'
import Link from 'next/link'
import { ReasonsCard } from '@/components/explanations/reasons-card'
import { ApprovalCard } from '@/components/predictions/approval-card'
import { CallCard } from '@/components/predictions/call-card'
import { InputsCard } from '@/components/predictions/inputs-card'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { errorText } from '@/components/ui/error-text'
import { formatDateTime } from '@/components/ui/format'
import { explainPrediction } from '@/lib/explanations/client'
import type { Decision } from '@/lib/explanations/contract'

export interface CaseViewProps {
  decision: Decision | null
  predictionId: string
  /** The group it was drawn from; null where the sample has none. */
  group: string | null
  onExplained: () => void
}

/** The decision as an auditor needs it: in words, why, from what, by which version, approved by whom, and what came of it. */
export function CaseView({ decision, predictionId, group, onExplained }: CaseViewProps) {
  if (decision === null) {
    return (
      <Card>
        <EmptyState title="This decision is no longer in the log">Its id is <code className="break-all">{predictionId}</code>. A backup may still have it.</EmptyState>
      </Card>
    )
  }
  const { answer, at, model, version, subject, guardrail, modelAnswer, explanation, madeBy } = decision
  return (
    <div className="grid min-w-0 gap-5">
      <div>
        <h2 className="text-xl">{answer.replace(/\.$/, '')}</h2>
        <p className="mt-1 text-sm text-ink-muted">
          Decided by {model.name}, version {version}, on {formatDateTime(at)}
          {subject === null ? '' : ` for customer ${subject}`}.{group === null ? '' : ` Drawn from the group: ${group}.`}{' '}
          <Link className="link" href={`/predictions/${predictionId}`}>Full decision</Link>
        </p>
      </div>
      {guardrail && (
        <Callout state="attention" title={`A guardrail answered instead of the model, by ${guardrail.answeredBy}.`}>
          {guardrail.sentence} {modelAnswer}
        </Callout>
      )}
      {explanation ? <ReasonsCard explanation={explanation} /> : <Unexplained predictionId={predictionId} isExplainable={madeBy.isExplainable} onExplained={onExplained} />}
      <InputsCard inputs={decision.shownInputs} />
      <ApprovalCard decision={decision} />
      <CallCard decision={decision} />
    </div>
  )
}

function Unexplained({ predictionId, isExplainable, onExplained }: { predictionId: string; isExplainable: boolean; onExplained: () => void }) {
  const explain = useMutation({ mutationFn: () => explainPrediction(predictionId), onSuccess: onExplained })
  return (
    <Card title="Reasons in words">
      {isExplainable ? (
        <EmptyState title="Not explained yet" action={<Button loading={explain.isPending} onClick={() => explain.mutate()}>Explain this decision</Button>}>
          It is computed once, from what was stored, and kept with the decision.
          {explain.isError && <Callout state="problem" title="The explanation could not be computed" role="alert">{errorText(explain.error)}</Callout>}
        </EmptyState>
      ) : (
        <EmptyState title="This decision cannot be explained">Its version was registered without reference data.</EmptyState>
      )}
    </Card>
  )
}
