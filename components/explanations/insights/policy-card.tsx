import { Card } from '@/components/ui/card'
import { formatPercent } from '@/components/ui/format'
import { RelativeTime } from '@/components/ui/relative-time'
import type { ExplanationPolicy } from '@/lib/serving/contract'
import { PolicyDialog } from './policy-dialog'
import { policyInWords } from './policy-words'

export interface PolicyCardProps {
  model: { slug: string; name: string }
  /** One for each environment. */
  policies: readonly ExplanationPolicy[]
  mayChange: boolean
}

/** Which predictions are explained as they are served. */
export function PolicyCard({ model, policies, mayChange }: PolicyCardProps) {
  return (
    <Card title="Which predictions are explained?" description="As they are served; any other can be explained later, to the bit, from what is stored.">
      <ul className="grid gap-3">
        {policies.map((policy) => (
          <li key={policy.environment} className="flex flex-wrap items-start justify-between gap-2 border-b pb-3 text-sm last:border-b-0 last:pb-0">
            <div className="min-w-0 flex-1 basis-48">
              <p className="font-medium">In {policy.environment}</p>
              <p>{policyInWords(policy.mode, policy.mode === 'sampled' ? formatPercent(policy.share, 2) : '')}</p>
              {policy.createdAt !== null && (
                <p className="text-xs text-ink-muted">
                  Revision {policy.revision} by {policy.createdBy}, <RelativeTime at={policy.createdAt} />
                </p>
              )}
            </div>
            {mayChange && <PolicyDialog model={model} policy={policy} />}
          </li>
        ))}
      </ul>
    </Card>
  )
}
