'use client'

import { useMutation } from '@tanstack/react-query'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { errorText } from '@/components/ui/error-text'
import { formatCount } from '@/components/ui/format'
import { checkAuditChain } from '@/lib/audit/client'

export function CheckChainButton() {
  const check = useMutation({ mutationFn: checkAuditChain })
  return (
    <div className="grid justify-items-start gap-3">
      <Button variant="primary" loading={check.isPending} onClick={() => check.mutate()}>
        Check the chain
      </Button>
      {check.isError && (
        <Callout state="problem" title="The check could not run" role="alert">
          {errorText(check.error)}
        </Callout>
      )}
      {check.data?.isIntact === true && (
        <Callout state="ok" title="The chain is intact" role="status">
          {formatCount(check.data.events)} events, each linked to the one before it. Hash of the last one:{' '}
          <code className="break-all">{check.data.headHash}</code>
        </Callout>
      )}
      {check.data?.isIntact === false && (
        <Callout state="problem" title={`The chain breaks at event ${check.data.firstBreak?.sequence}`} role="alert">
          At this event {check.data.firstBreak?.reason}. Somebody changed the database past Flightdeck. Keep a copy of the
          data as it is now and compare it with a backup.
        </Callout>
      )}
    </div>
  )
}
