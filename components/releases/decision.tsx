import Link from 'next/link'
import { Callout } from '@/components/ui/callout'
import { formatDateTime } from '@/components/ui/format'
import type { Promotion } from '@/lib/releases/contract'
import { approvalRefusal, approvalsMissing, cancelRefusal, decisionRefusal, failedGates } from '@/lib/releases/rules'
import { CancelButton, DecisionButtons } from './decision-panel'
import { approvedBy, listInWords } from './in-words'

export interface DecisionProps {
  promotion: Promotion
  visitor: { id: string; isAdmin: boolean; mayDecide: boolean; mayRequest: boolean }
  /** People who may decide, without the requester and those who did already. */
  deciders: readonly string[]
  champion: { versionId: string; versionNumber: number } | null
  comparedWith: { versionId: string; versionNumber: number } | null
  callsInDay: number
}

/** What this visitor can do about it now, or who can. */
export function Decision({ promotion, visitor, deciders, champion, comparedWith, callsInDay }: DecisionProps) {
  if (promotion.status !== 'pending') return <Decided promotion={promotion} />
  const missing = approvalsMissing(promotion)
  const blocked = approvalRefusal(promotion, { personId: '', comparedWith, champion })
  const isOwn = decisionRefusal(promotion, visitor.id)
  const mayDecide = visitor.mayDecide && isOwn === null
  const mayCancel = visitor.mayRequest && cancelRefusal(promotion, visitor) === null
  const needed = missing === 1 ? 'One approval is needed.' : `${missing} approvals are needed.`
  const who = deciders.length > 0 ? `${listInWords(deciders, 'or')} can decide.` : 'Nobody else has the approver role yet: an administrator gives it.'
  const actions = !mayDecide && !mayCancel ? undefined : (
    <>
      {mayDecide && (
        <DecisionButtons
          promotion={promotion}
          missing={missing}
          championNumber={champion?.versionNumber ?? null}
          callsInDay={callsInDay}
          mayApprove={blocked === null}
        />
      )}
      {mayCancel && <CancelButton promotion={promotion} />}
    </>
  )
  if (blocked !== null) {
    return (
      <Callout state="problem" title={failedGates(promotion).length > 0 ? 'A gate failed, so it cannot be approved' : 'The evidence is outdated'} actions={actions}>
        {blocked.message}{mayDecide ? '' : ` ${who}`}
      </Callout>
    )
  }
  if (mayDecide) {
    return (
      <Callout state="pending" title="Your decision" actions={actions}>
        {needed} Nothing changes until then.
      </Callout>
    )
  }
  return (
    <Callout state="pending" title="Waiting for a decision" actions={actions}>
      {visitor.mayDecide && isOwn !== null ? `${isOwn.message} ` : ''}
      {`${needed} ${who}`}
    </Callout>
  )
}

function Decided({ promotion }: { promotion: Promotion }) {
  const at = formatDateTime(promotion.decidedAt)
  const who = approvedBy(promotion.approvals)
  if (promotion.status === 'approved') {
    return (
      <Callout state="ok" title={`Released on ${at}`}>
        {`${who === null ? 'No approval was needed.' : `Approved by ${who}.`} `}
        <Link className="link" href={`/models/${promotion.modelSlug}/releases`}>See the releases</Link>
      </Callout>
    )
  }
  const rejection = promotion.approvals.find((approval) => approval.decision === 'reject')
  if (promotion.status === 'rejected') {
    return (
      <Callout state="problem" title={`Rejected on ${at}${rejection ? ` by ${rejection.userName}` : ''}`}>
        {rejection?.comment}
      </Callout>
    )
  }
  return <Callout state="unknown" title={`Cancelled on ${at}`}>Nothing was released.</Callout>
}
