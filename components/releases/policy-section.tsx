import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Section } from '@/components/ui/section'
import type { Policy } from '@/lib/releases/contract'
import { gateInWords } from './in-words'
import { PolicyDialog } from './policy-dialog'

export interface PolicySectionProps {
  model: { slug: string; name: string }
  /** From `listPolicies`. */
  policies: readonly Policy[]
  mayChange: boolean
  /** Names of metrics that versions of this model have, to choose from. */
  metrics: readonly string[]
}

/** What a promotion of this model needs, by environment. */
export function PolicySection({ model, policies, mayChange, metrics }: PolicySectionProps) {
  return (
    <Section title="Promotion policy" description="What a version needs before it may answer. A change counts for requests made after it.">
      <div className="grid gap-4 md:grid-cols-2">
        {policies.map((policy) => (
          <Card
            key={policy.environment}
            level={3}
            title={`To ${policy.environment}`}
            description={policy.revision === 0 ? 'The default, nobody changed it' : `Revision ${policy.revision}`}
            actions={mayChange ? <PolicyDialog model={model} policy={policy} metrics={metrics} /> : undefined}
          >
            <p className="text-sm font-medium">{approvalsInWords(policy.requiredApprovals)}</p>
            {policy.gates.length === 0 ? (
              <EmptyState title="No gates">Nothing is checked before the decision.</EmptyState>
            ) : (
              <ul className="mt-2 list-disc space-y-0.5 pl-5 text-sm">
                {policy.gates.map((gate) => <li key={gateInWords(gate)}>{gateInWords(gate)}</li>)}
              </ul>
            )}
          </Card>
        ))}
      </div>
    </Section>
  )
}

function approvalsInWords(approvals: number): string {
  if (approvals === 0) return 'Released on request, without an approval'
  return approvals === 1 ? 'One other person approves' : `${approvals} other people approve`
}
