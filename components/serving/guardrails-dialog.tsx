'use client'

import { Plus, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Dialog } from '@/components/ui/dialog'
import { errorText } from '@/components/ui/error-text'
import { setGuardrails } from '@/lib/serving/client'
import type { GuardrailRule, Guardrails } from '@/lib/serving/contract'
import { draftOf, newDraft, ruleOf, type GuardrailDraft } from './guardrail-draft'
import { GuardrailFields } from './guardrail-fields'
import type { NamedField } from './guardrail-words'

export interface GuardedField extends NamedField {
  isNumber: boolean
}

export interface GuardrailsDialogProps {
  model: { slug: string; name: string }
  guardrails: Guardrails
  fields: readonly GuardedField[]
}

const MOST_RULES = 20

export function GuardrailsDialog({ model, guardrails, fields }: GuardrailsDialogProps) {
  const router = useRouter()
  const numbers = fields.filter((field) => field.isNumber)
  const firstField = numbers[0]?.name ?? ''
  const [isOpen, setIsOpen] = useState(false)
  const [drafts, setDrafts] = useState<GuardrailDraft[]>([])
  const [isBusy, setIsBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const { environment } = guardrails

  function open(next: boolean): void {
    setIsOpen(next)
    setFailure(null)
    setDrafts(guardrails.rules.map((rule, key) => draftOf(rule, key, firstField)))
  }

  function add(): void {
    setDrafts((present) => [...present, newDraft(Math.max(0, ...present.map((draft) => draft.key)) + 1, firstField)])
  }

  function change(key: number, part: Partial<GuardrailDraft>): void {
    setDrafts((present) => present.map((draft) => (draft.key === key ? { ...draft, ...part } : draft)))
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    const rules: GuardrailRule[] = []
    for (const [index, draft] of drafts.entries()) {
      const rule = ruleOf(draft)
      if (typeof rule === 'string') {
        setFailure(new Error(`Rule ${index + 1}: ${rule}`))
        return
      }
      rules.push(rule)
    }
    setIsBusy(true)
    setFailure(null)
    try {
      await setGuardrails(model.slug, environment, rules)
      toast.success(`The guardrails of ${model.name} in ${environment} are changed.`)
      setIsOpen(false)
      router.refresh()
    } catch (error) {
      setFailure(error)
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <Dialog
      size="large"
      title={`Guardrails of ${model.name} in ${environment}`}
      description="Counts for the next call. The rules before stay on record; to undo, set them again."
      trigger={<Button size="small">Change</Button>}
      open={isOpen}
      onOpenChange={open}
    >
      <form onSubmit={(event) => void submit(event)} className="grid gap-4" noValidate>
        {failure !== null && (
          <Callout state="problem" title="Not changed" role="alert">
            {errorText(failure)}
          </Callout>
        )}
        {drafts.length === 0 && <p className="text-sm text-ink-muted">No rule: whatever the model says is answered.</p>}
        {drafts.map((draft, index) => (
          <fieldset key={draft.key} className="grid gap-3 rounded-md border p-3">
            <legend className="px-1 text-sm font-medium">Rule {index + 1}</legend>
            <GuardrailFields draft={draft} numbers={numbers} onChange={(part) => change(draft.key, part)} />
            <div>
              <Button size="small" variant="quiet" onClick={() => setDrafts(drafts.filter(({ key }) => key !== draft.key))}>
                <Trash2 aria-hidden />
                Remove rule {index + 1}
              </Button>
            </div>
          </fieldset>
        ))}
        <div className="flex flex-wrap justify-between gap-2">
          <Button onClick={add} disabled={drafts.length >= MOST_RULES}>
            <Plus aria-hidden />
            Add a rule
          </Button>
          <Button type="submit" variant="primary" loading={isBusy}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
