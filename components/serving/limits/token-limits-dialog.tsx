'use client'

import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Dialog } from '@/components/ui/dialog'
import { errorText } from '@/components/ui/error-text'
import { RelativeTime } from '@/components/ui/relative-time'
import { setTokenLimits } from '@/lib/serving/client'
import { callLimitsSchema } from '@/lib/serving/contract'
import type { TokenLimits } from '@/lib/serving/queries'
import { draftOf, LIMIT_NAMES, limitsOf, type LimitName } from './limit-draft'
import { LimitFields } from './limit-fields'

export interface TokenLimitsDialogProps {
  token: { id: string; name: string }
  /** Undefined where none were ever set. */
  limits: TokenLimits | undefined
}

/** What one program may ask for. */
export function TokenLimitsDialog({ token, limits: present }: TokenLimitsDialogProps) {
  const router = useRouter()
  const [isOpen, setIsOpen] = useState(false)
  const [draft, setDraft] = useState(() => draftOf(present?.limits ?? callLimitsSchema.parse({})))
  const [errors, setErrors] = useState<Partial<Record<LimitName, string>>>({})
  const [isBusy, setIsBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)

  function open(next: boolean): void {
    setIsOpen(next)
    setErrors({})
    setFailure(null)
    setDraft(draftOf(present?.limits ?? callLimitsSchema.parse({})))
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    const read = limitsOf(draft)
    setErrors('errors' in read ? read.errors : {})
    if ('errors' in read) return
    setIsBusy(true)
    setFailure(null)
    try {
      await setTokenLimits(token.id, read.limits, present?.revision ?? 0)
      toast.success(`The limits of ${token.name} are changed.`)
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
      title={`Limits of ${token.name}`}
      description="Count from the next call. The limits before stay on record; to undo, set them again."
      trigger={<Button size="small">Limits</Button>}
      open={isOpen}
      onOpenChange={open}
    >
      <form onSubmit={(event) => void submit(event)} className="grid gap-4" noValidate>
        {failure !== null && (
          <Callout state="problem" title="Not changed" role="alert">
            {errorText(failure)}
          </Callout>
        )}
        <LimitFields names={LIMIT_NAMES} draft={draft} errors={errors} onChange={(name, text) => setDraft({ ...draft, [name]: text })} />
        <div className="flex flex-wrap items-center justify-between gap-2">
          <p className="text-xs text-ink-muted">
            {present?.createdAt == null ? 'Never set.' : <>Revision {present.revision} by {present.createdBy}, <RelativeTime at={present.createdAt} /></>}
          </p>
          <Button type="submit" variant="primary" loading={isBusy}>Save</Button>
        </div>
      </form>
    </Dialog>
  )
}
