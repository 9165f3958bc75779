import { ArrowDown, ArrowUp } from 'lucide-react'
import { Card } from '@/components/ui/card'
import { CopyButton } from '@/components/ui/copy-button'
import type { Reason, ShownExplanation } from '@/lib/explanations/contract'

/** The reasons in sentences that may be read out to a customer. */
export function ReasonsCard({ explanation }: { explanation: ShownExplanation }) {
  const { principalReasons, reasons } = explanation
  const main = new Set(principalReasons.map((reason) => reason.field))
  const raised = reasons.filter((reason) => main.has(reason.field))
  const others = reasons.filter((reason) => !main.has(reason.field))
  return (
    <Card
      title="Reasons in words"
      description="Values of sensitive fields are left out."
      actions={reasons.length > 0 && <CopyButton value={reasons.map((reason) => reason.sentence).join('\n')} label="all reasons" showLabel />}
    >
      {reasons.length === 0 ? (
        <p className="text-sm text-ink-muted">No field moved the answer clearly away from the average case.</p>
      ) : (
        <div className="grid gap-4">
          {raised.length > 0 && <ReasonList title="Main reasons that raised it" reasons={raised} />}
          {others.length > 0 && <ReasonList title={raised.length > 0 ? 'Further reasons' : 'Reasons that lowered it'} reasons={others} />}
        </div>
      )}
    </Card>
  )
}

function ReasonList({ title, reasons }: { title: string; reasons: readonly Reason[] }) {
  return (
    <div>
      <h3 className="text-sm font-medium">{title}</h3>
      <ol className="mt-1 grid gap-1.5 text-sm">
        {reasons.map((reason) => (
          <li key={reason.field} className="flex items-start gap-2">
            {reason.direction === 'raised' ? <ArrowUp aria-hidden className="mt-0.5 size-4 shrink-0" /> : <ArrowDown aria-hidden className="mt-0.5 size-4 shrink-0" />}
            <span className="min-w-0 flex-1">{reason.sentence}</span>
            <CopyButton value={reason.sentence} label={`reason: ${reason.displayName}`} />
          </li>
        ))}
      </ol>
    </div>
  )
}
