import { ArrowDown, ArrowUp } from 'lucide-react'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { CopyButton } from '@/components/ui/copy-button'
import type { Reason, ShownExplanation } from '@/lib/explanations/contract'

/** As many on either side as a letter would name; the others are a click away. */
const MOST_SHOWN = 4
const TITLES: Record<Reason['direction'], string> = { raised: 'What raised it most', lowered: 'What lowered it most' }

/** The reasons in sentences that may be read out to a customer. */
export function ReasonsCard({ explanation }: { explanation: ShownExplanation }) {
  const { principalReasons, reasons } = explanation
  const against = principalReasons[0]?.direction
  const other = reasons.filter((reason) => reason.direction !== against).slice(0, MOST_SHOWN)
  const shown = new Set([...principalReasons, ...other].map((reason) => reason.field))
  const smaller = reasons.filter((reason) => !shown.has(reason.field))
  return (
    <Card
      title="Reasons in words"
      description="Values of sensitive fields and what must not be cited are left out."
      actions={reasons.length > 0 && <CopyButton value={reasons.map((reason) => reason.sentence).join('\n')} label="all reasons" showLabel />}
    >
      {reasons.length === 0 ? (
        <p className="text-sm text-ink-muted">No field that may be cited moved the answer clearly away from the average case.</p>
      ) : (
        <div className="grid gap-4">
          {against !== undefined && <ReasonList title={TITLES[against]} reasons={principalReasons} />}
          {against === undefined ? (
            <ReasonList reasons={other} />
          ) : (
            other.length > 0 && <ReasonList title={TITLES[against === 'raised' ? 'lowered' : 'raised']} reasons={other} />
          )}
          {smaller.length > 0 && (
            <details className="text-sm">
              <summary className="min-h-6 cursor-pointer">
                {smaller.length} smaller {smaller.length === 1 ? 'reason' : 'reasons'}
              </summary>
              <ReasonList reasons={smaller} />
            </details>
          )}
        </div>
      )}
    </Card>
  )
}

function ReasonList({ title, reasons }: { title?: string; reasons: readonly Reason[] }) {
  return (
    <div>
      {title !== undefined && <h3 className="text-sm font-medium">{title}</h3>}
      <ol className="mt-1 grid gap-1.5 text-sm">
        {reasons.map((reason) => (
          <li key={reason.field} className="flex items-start gap-2">
            {reason.direction === 'raised' ? <ArrowUp aria-hidden className="mt-0.5 size-4 shrink-0" /> : <ArrowDown aria-hidden className="mt-0.5 size-4 shrink-0" />}
            <span className="min-w-0 flex-1">
              {reason.sentence}
              {reason.code && (
                <span className="mt-0.5 flex flex-wrap items-center gap-1.5 text-xs text-ink-muted">
                  <Badge>{reason.code.code}</Badge> {reason.code.text}
                </span>
              )}
            </span>
            <CopyButton value={reason.sentence} label={`reason: ${reason.displayName}`} />
          </li>
        ))}
      </ol>
    </div>
  )
}
