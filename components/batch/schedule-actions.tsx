'use client'

import { useRouter } from 'next/navigation'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { changeSchedule, deleteSchedule, runSchedule } from '@/lib/batch/client'
import type { BatchSchedule } from '@/lib/batch/contract'

export function ScheduleActions({ schedule }: { schedule: BatchSchedule }) {
  const router = useRouter()
  const { id, name, isEnabled } = schedule
  return (
    <div className="flex flex-wrap gap-2">
      <ConfirmDialog
        trigger={<Button size="small" aria-label={`Run ${name} now`}>Run now</Button>}
        title={`Run ${name} now?`}
        effect="A job begins as soon as its turn comes, and is delivered as planned. The next planned run stays."
        undo="Cancel the job."
        confirmLabel="Run now"
        onConfirm={async () => router.push(`/batch/${(await runSchedule(id)).id}`)}
      />
      <ConfirmDialog
        trigger={<Button size="small" aria-label={`${isEnabled ? 'Switch off' : 'Switch on'} ${name}`}>{isEnabled ? 'Switch off' : 'Switch on'}</Button>}
        title={isEnabled ? `Switch ${name} off?` : `Switch ${name} on?`}
        effect={isEnabled ? 'No further job begins by itself. A job under way goes on.' : 'The next job begins at its next time; nothing is made up for.'}
        undo={isEnabled ? 'Switch it on again.' : 'Switch it off again.'}
        confirmLabel={isEnabled ? 'Switch off' : 'Switch on'}
        onConfirm={async () => {
          await changeSchedule(id, { isEnabled: !isEnabled })
          router.refresh()
        }}
      />
      <ConfirmDialog
        trigger={<Button size="small" variant="quiet" aria-label={`Delete ${name}`}>Delete</Button>}
        title={`Delete ${name}?`}
        effect="No further job begins. Its jobs and their results stay."
        undo="It cannot be brought back; make a new one."
        confirmLabel="Delete"
        tone="danger"
        onConfirm={async () => {
          await deleteSchedule(id)
          router.refresh()
        }}
      />
    </div>
  )
}
