'use client'

import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { errorText } from '@/components/ui/error-text'
import { runChecksNow } from '@/lib/automation/client'

/** Checks the monitors of every model now, as the schedule does each hour. */
export function RunChecksButton() {
  const router = useRouter()
  const run = useMutation({
    mutationFn: runChecksNow,
    onSuccess: ({ status, summary }) => {
      const changes = [
        summary.opened > 0 ? `${summary.opened} opened` : '',
        summary.resolved > 0 ? `${summary.resolved} resolved` : '',
      ].filter((text) => text !== '')
      const outcome = changes.length === 0 ? 'No incident changed.' : `Incidents: ${changes.join(', ')}.`
      if (status === 'failed') toast.warning(`${summary.failed} monitors could not be evaluated. The log has the reason. ${outcome}`)
      else toast.success(`${summary.monitors} monitors checked. ${outcome}`)
      router.refresh()
    },
    onError: (error) => toast.error(errorText(error)),
  })
  return (
    <Button loading={run.isPending} onClick={() => run.mutate()}>
      Run checks now
    </Button>
  )
}
