'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { actOnJob } from '@/lib/batch/client'
import type { BatchJob } from '@/lib/batch/contract'
import { actionsFor } from '@/lib/batch/rules/status'
import { ACTION_WORDS, rowsInWords } from './in-words'

export function JobActions({ job }: { job: BatchJob }) {
  const router = useRouter()
  const queries = useQueryClient()
  return (
    <>
      {actionsFor(job.status).map((action) => {
        const { label, title, effect, undo, tone } = ACTION_WORDS[action]
        return (
          <ConfirmDialog
            key={action}
            trigger={<Button variant={tone === 'danger' ? 'danger' : 'secondary'}>{label}</Button>}
            title={title}
            effect={effect}
            traffic={`${job.model.name}, ${job.environment}: ${rowsInWords(job)}. Calls are answered as before.`}
            undo={undo}
            confirmLabel={label}
            tone={tone}
            onConfirm={async () => {
              const changed = await actOnJob(job.id, action)
              queries.setQueryData(['batch', 'jobs', job.id], changed)
              router.refresh()
            }}
          />
        )
      })}
    </>
  )
}
