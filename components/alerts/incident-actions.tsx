'use client'

import { useRouter } from 'next/navigation'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { acknowledgeIncident, resolveIncident } from '@/lib/alerts/client'
import type { Incident } from '@/lib/alerts/contract'

/** What a person can do about an unresolved incident. */
export function IncidentActions({ incident }: { incident: Pick<Incident, 'id' | 'status'> }) {
  const router = useRouter()
  return (
    <>
      {incident.status === 'open' && (
        <ConfirmDialog
          trigger={<Button variant="primary">Acknowledge</Button>}
          title="Acknowledge this incident?"
          effect="Everybody sees that you look after it. It stays unresolved."
          undo="Resolve it when it is done; another person can do so too."
          confirmLabel="Acknowledge"
          reason="optional"
          reasonLabel="Note"
          onConfirm={async (note) => {
            await acknowledgeIncident(incident.id, note)
            toast.success('You look after this incident now.')
            router.refresh()
          }}
        />
      )}
      <ConfirmDialog
        trigger={<Button>Resolve</Button>}
        title="Resolve this incident?"
        effect="It is closed and the channels are told. If the finding still stands in 24 hours, a new incident opens."
        undo="It cannot be reopened; a new one opens when a check finds it again."
        confirmLabel="Resolve"
        reason="required"
        reasonLabel="What was done or found"
        onConfirm={async (note) => {
          await resolveIncident(incident.id, note)
          toast.success('The incident is resolved.')
          router.refresh()
        }}
      />
    </>
  )
}
