'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Field } from '@/components/ui/field'
import { formatCount, formatDateTime } from '@/components/ui/format'
import { Select } from '@/components/ui/select'
import { rollback } from '@/lib/releases/client'

export interface RollbackDialogProps {
  model: { slug: string; name: string }
  environment: string
  /** The release that the visitor sees; when another has started meanwhile, nothing is done. */
  inForce: { id: string; championNumber: number; words: string }
  /** Versions that can be gone back to, the usual choice first. */
  choices: readonly { versionNumber: number; servedUntil: number | null }[]
  callsInDay: number
}

export function RollbackDialog({ model, environment, inForce, choices, callsInDay }: RollbackDialogProps) {
  const router = useRouter()
  const [chosen, setChosen] = useState(choices[0]?.versionNumber)
  if (chosen === undefined) return null
  return (
    <ConfirmDialog
      trigger={<Button size="small">Roll back</Button>}
      title={`Roll back ${model.name} in ${environment}?`}
      effect={`Version ${chosen} answers every call again, within a second. Now: ${inForce.words.charAt(0).toLowerCase()}${inForce.words.slice(1)}.`}
      traffic={callsInDay === 0 ? `No call came to ${environment} in the last 24 hours.` : `All calls to ${environment}: ${formatCount(callsInDay)} in the last 24 hours.`}
      undo={chosen === inForce.championNumber ? 'Request the canary again; it needs its approvals.' : `Roll back again and choose version ${inForce.championNumber}, which stays approved.`}
      confirmLabel={`Roll back to version ${chosen}`}
      tone="danger"
      reason="required"
      onConfirm={async (reason) => {
        await rollback({ model: model.slug, environment, version: chosen, inForce: inForce.id, reason })
        toast.success(`Version ${chosen} answers in ${environment} again.`)
        router.refresh()
      }}
    >
      {choices.length > 1 && (
        <Field label="Go back to">
          {(control) => (
            <Select
              {...control}
              value={String(chosen)}
              onChange={(event) => setChosen(Number(event.target.value))}
              options={choices.map((choice) => ({
                value: String(choice.versionNumber),
                label: `Version ${choice.versionNumber}${choice.servedUntil === null ? ' (champion now)' : ` (served until ${formatDateTime(choice.servedUntil)})`}`,
              }))}
            />
          )}
        </Field>
      )}
    </ConfirmDialog>
  )
}
