'use client'

import { useRouter } from 'next/navigation'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { approvePromotion, cancelPromotion, rejectPromotion } from '@/lib/releases/client'
import { planInWords, promotionTitle, trafficInWords } from './in-words'
import type { Promotion } from '@/lib/releases/contract'

type Subject = Pick<Promotion, 'id' | 'modelName' | 'versionNumber' | 'environment' | 'plan'>

export interface DecisionButtonsProps {
  promotion: Subject
  /** Approvals that are still missing, this one included. */
  missing: number
  championNumber: number | null
  callsInDay: number
  mayApprove: boolean
}

export function DecisionButtons({ promotion, missing, championNumber, callsInDay, mayApprove }: DecisionButtonsProps) {
  const router = useRouter()
  const { id, versionNumber, environment, plan } = promotion
  const isLast = missing <= 1
  const others = missing - 1
  return (
    <div className="flex flex-wrap gap-2">
      {mayApprove && (
        <ConfirmDialog
          trigger={<Button variant="primary">Approve</Button>}
          title={`Approve ${promotionTitle(promotion)}?`}
          effect={
            isLast
              ? `Version ${versionNumber} starts to answer in ${environment} within a second, ${planInWords(plan)}. No call is lost.`
              : `Your approval is kept. ${others} more ${others === 1 ? 'approval is' : 'approvals are'} needed before anything changes.`
          }
          traffic={trafficInWords(plan, callsInDay, environment)}
          undo={
            championNumber === null
              ? 'Promote another version. There is no earlier one to go back to.'
              : `Roll back to version ${championNumber} on the releases page: one click, under a second.`
          }
          confirmLabel={isLast ? `Approve and release` : 'Approve'}
          reason="optional"
          reasonLabel="Comment"
          onConfirm={async (comment) => {
            const decided = await approvePromotion(id, comment)
            toast.success(decided.status === 'approved' ? `Version ${versionNumber} answers in ${environment} now.` : 'Your approval is kept.')
            router.refresh()
          }}
        />
      )}
      <ConfirmDialog
        trigger={<Button>Reject</Button>}
        title={`Reject ${promotionTitle(promotion)}?`}
        effect={`Nothing changes in ${environment}. The person who asked reads your reason.`}
        undo="It cannot be undone, but the same version can be requested again."
        confirmLabel="Reject"
        tone="danger"
        reason="required"
        onConfirm={async (comment) => {
          await rejectPromotion(id, comment)
          toast.success('The promotion is rejected.')
          router.refresh()
        }}
      />
    </div>
  )
}

export function CancelButton({ promotion }: { promotion: Subject }) {
  const router = useRouter()
  return (
    <ConfirmDialog
      trigger={<Button>Cancel the request</Button>}
      title={`Cancel ${promotionTitle(promotion)}?`}
      effect={`Nobody can approve it any more. Nothing changes in ${promotion.environment}.`}
      undo="Request it again; its gates run anew."
      confirmLabel="Cancel the request"
      tone="danger"
      reason="optional"
      onConfirm={async (comment) => {
        await cancelPromotion(promotion.id, comment)
        toast.success('The request is cancelled.')
        router.refresh()
      }}
    />
  )
}
