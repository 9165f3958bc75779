import { Card } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import type { Guardrails } from '@/lib/serving/contract'
import { GuardrailsDialog, type GuardedField } from './guardrails-dialog'
import { fallbackInWords, limitInWords } from './guardrail-words'

export interface GuardrailsSectionProps {
  model: { slug: string; name: string; task: 'binary' | 'multiclass' | 'regression' }
  /** One for each environment. */
  guardrails: readonly Guardrails[]
  /** Inputs of the version in force; limits may refer to the numbers among them. */
  fields: readonly GuardedField[]
  unit?: string
  mayChange: boolean
}

/** What may never be answered, and what is answered instead: by environment, in words. */
export function GuardrailsSection({ model, guardrails, fields, unit, mayChange }: GuardrailsSectionProps) {
  return (
    <Section
      id="guardrails"
      title="Guardrails"
      description={
        model.task === 'multiclass'
          ? 'A model of several classes has no single answer to keep within limits.'
          : 'Limits on the answer, checked before it leaves. Both what the model said and what was answered are logged.'
      }
    >
      {model.task !== 'multiclass' && (
        <div className="grid gap-4 lg:grid-cols-2">
          {guardrails.map((one) => (
            <Card
              key={one.environment}
              level={3}
              title={`In ${one.environment}`}
              actions={mayChange && <GuardrailsDialog model={model} guardrails={one} fields={fields} />}
              footer={
                one.createdAt === null ? undefined : (
                  <p className="text-xs">
                    Revision {one.revision} by {one.createdBy}, <RelativeTime at={one.createdAt} />
                  </p>
                )
              }
            >
              {one.rules.length === 0 ? (
                <p className="text-sm text-ink-muted">None: whatever the model says is answered.</p>
              ) : (
                <ol className="grid list-inside list-decimal gap-2 text-sm">
                  {one.rules.map((rule, index) => (
                    <li key={index}>
                      {limitInWords(rule, fields, unit)} <span className="text-ink-muted">{fallbackInWords(rule, fields, unit)}</span>
                    </li>
                  ))}
                </ol>
              )}
            </Card>
          ))}
        </div>
      )}
    </Section>
  )
}
