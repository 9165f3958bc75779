'use client'

import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Dialog } from '@/components/ui/dialog'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import { ApiError } from '@/lib/access/client'
import { requestPromotion } from '@/lib/releases/client'
import type { PromotionTarget, ReleasePlan } from '@/lib/releases/contract'

export interface RequestPromotionDialogProps {
  model: { slug: string; name: string }
  versionNumber: number
  /** From `promotionTargets`; environments where it already answers every call are left out here. */
  targets: readonly PromotionTarget[]
}

export function RequestPromotionDialog({ model, versionNumber, targets }: RequestPromotionDialogProps) {
  const router = useRouter()
  const open = targets.filter((target) => !target.isServingAlone && target.waitingId === null)
  const [isOpen, setIsOpen] = useState(false)
  const [environment, setEnvironment] = useState(open[0]?.environment)
  const [strategy, setStrategy] = useState<ReleasePlan['strategy']>('all-at-once')
  const [isBusy, setIsBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const target = open.find((each) => each.environment === environment)
  if (!target) return null
  const mayBeCanary = target.championNumber !== null && !target.isChampion
  const isCanary = mayBeCanary && strategy === 'canary'
  const wrong = (path: string) => (failure instanceof ApiError ? failure.fields.find((field) => field.path === path)?.message : undefined)

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const plan: ReleasePlan = isCanary
      ? { strategy: 'canary', shareBasisPoints: Math.round(Number(form.get('share')) * 100) }
      : { strategy: 'all-at-once' }
    setIsBusy(true)
    setFailure(null)
    try {
      const promotion = await requestPromotion({ model: model.slug, version: versionNumber, environment, plan, reason: String(form.get('reason')) })
      toast.success(promotion.status === 'approved' ? `Version ${versionNumber} answers in ${promotion.environment} now.` : 'Requested. The gates have run.')
      setIsOpen(false)
      router.push(`/promotions/${promotion.id}`)
    } catch (error) {
      setFailure(error)
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <Dialog
      title={`Promote version ${versionNumber} of ${model.name}`}
      description="Its gates run at once. Nothing changes before the approvals are there."
      trigger={<Button variant="primary">Request promotion</Button>}
      open={isOpen}
      onOpenChange={(next) => {
        setIsOpen(next)
        setFailure(null)
      }}
    >
      <form onSubmit={(event) => void submit(event)} className="grid gap-4" noValidate>
        {failure !== null && (
          <Callout state="problem" title="Not requested" role="alert">
            {errorText(failure)}
          </Callout>
        )}
        <Field label="Environment" hint={approvalsInWords(target)}>
          {(control) => (
            <Select
              {...control}
              value={environment}
              options={open.map((each) => ({ value: each.environment, label: each.environment }))}
              onChange={(event) => setEnvironment(event.target.value)}
            />
          )}
        </Field>
        {mayBeCanary && (
          <Field label="How" hint={`Version ${target.championNumber} answers there now.`}>
            {(control) => (
              <Select
                {...control}
                value={strategy}
                options={[
                  { value: 'all-at-once', label: 'For every call at once' },
                  { value: 'canary', label: 'As a canary, for a share of the calls' },
                ]}
                onChange={(event) => setStrategy(event.target.value === 'canary' ? 'canary' : 'all-at-once')}
              />
            )}
          </Field>
        )}
        {isCanary && (
          <Field label="Share of the calls in %" hint={`Version ${target.championNumber} keeps the rest.`} error={wrong('plan.shareBasisPoints')}>
            {(control) => <Input {...control} name="share" type="number" min={0.01} max={99.99} step={0.01} defaultValue={5} inputMode="decimal" />}
          </Field>
        )}
        <Field label="Why" hint="The person who decides reads it, and it is kept for ever." error={wrong('reason')} required>
          {(control) => <Textarea {...control} name="reason" maxLength={2000} />}
        </Field>
        <div className="flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
          <Button onClick={() => setIsOpen(false)} disabled={isBusy}>Cancel</Button>
          <Button type="submit" variant="primary" loading={isBusy}>Request promotion</Button>
        </div>
      </form>
    </Dialog>
  )
}

function approvalsInWords({ requiredApprovals }: PromotionTarget): string {
  if (requiredApprovals === 0) return 'No approval is needed there: it is released at once when no gate fails.'
  return requiredApprovals === 1 ? 'Another person must approve.' : `${requiredApprovals} other people must approve.`
}
