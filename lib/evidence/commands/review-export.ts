// The signed file of a review: selection, seed, cases, verdicts and notes, with the evidence of every decision in it.
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database } from '@/lib/database'
import { isoOrEmpty } from '@/lib/platform/csv'
import { MOST_REVIEW_CASES, type CaseVerdict, type Review, type ReviewCase } from '../contract'
import type { Content, IssuedEvidence } from '../contract/bundle'
import { listCases } from '../queries/review-cases'
import { issueEvidence } from './issue-evidence'
import { requireReview } from './reviews'

export async function exportReview(actor: Principal | null, id: string): Promise<IssuedEvidence> {
  authorize(actor, 'audit:read')
  const db = await database()
  const review = await requireReview(db, id)
  const { cases } = await listCases(db, id, { limit: MOST_REVIEW_CASES })
  const predictions = cases.filter((one) => one.decision !== null).map((one) => one.predictionId)
  const issued = await issueEvidence(actor, { predictions, reason: `Review ${review.name}` }, sectionsOf(review, cases))
  await db.write((tx) =>
    appendAuditEvent(tx, {
      actor,
      action: 'review.exported',
      target: { kind: 'review', id, name: review.name },
      modelId: review.model.id,
      after: { evidence: issued.id, sha256: issued.sha256, cases: cases.length, isClosed: review.closedAt !== null },
    }),
  )
  return { ...issued, fileName: `review-${id}.json` }
}

/** How the sample is repeated, for who reads the file without Flightdeck. */
const METHOD = {
  random: 'Decisions of the selection in the order of SHA-256 of `seed:prediction id` in hexadecimal; the first `size` are the cases.',
  stratified: 'Within each stratum, decisions in the order of SHA-256 of `seed:prediction id` in hexadecimal; the first `size` of each are the cases.',
  all: 'Every decision of the selection, in the order of time.',
}

function sectionsOf({ id, name, model, selection, population, createdAt, createdByName, closedAt }: Review, cases: readonly ReviewCase[]): Content {
  const { from, to, strata, ...rest } = selection
  const casesWith = (verdict: CaseVerdict | null) => cases.filter((one) => one.verdict === verdict).length
  return {
    review: {
      head: { id, name, model: model.slug, createdAt: isoOrEmpty(createdAt), createdBy: createdByName, closedAt: closedAt === null ? null : isoOrEmpty(closedAt) },
      selection: { ...rest, from: isoOrEmpty(from), to: isoOrEmpty(to) },
      sample: { method: METHOD[selection.kind], population, strata, cases: cases.length },
      found: { inOrder: casesWith('in-order'), concern: casesWith('concern'), open: casesWith(null) },
    },
    cases: Object.fromEntries(
      cases.map(({ position, predictionId, stratum, verdict, note, notedAt, notedByName }) => [
        String(position),
        { prediction: predictionId, stratum, verdict, note, notedAt: notedAt === null ? null : isoOrEmpty(notedAt), notedBy: notedByName },
      ]),
    ),
  }
}
