import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { NotAllowed } from '@/components/access/not-allowed'
import { LetterView } from '@/components/explanations/letters/letter-view'
import { PageHeader } from '@/components/layout/page-header'
import { formatDateTime } from '@/components/ui/format'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { askedDecision } from '@/lib/explanations/queries'
import { isProblem } from '@/lib/platform/errors'
import { findModel } from '@/lib/registry/queries'

export const metadata: Metadata = { title: 'Letter to the customer' }

export default async function LetterPage({ params }: { params: Promise<{ id: string }> }) {
  const may = can(await requireVisitor())
  const { id } = await params
  if (!may('sensitive:read')) return <NotAllowed what="The letter to a customer" who="operators, approvers, auditors and administrators" />
  const db = await database()
  const asked = await askedDecision(db, id).catch((error: unknown) => {
    if (isProblem(error) && error.kind === 'not_found') return null
    throw error
  })
  const model = asked && (await findModel(db, asked.prediction.modelId))
  if (!asked || !model) notFound()
  const { at, subject } = asked.prediction
  return (
    <>
      <PageHeader
        title="Letter to the customer"
        breadcrumbs={[{ label: 'Predictions', href: '/predictions' }, { label: 'The decision', href: `/predictions/${id}` }]}
        description={`About the decision of ${model.name} on ${formatDateTime(at)}${subject === null ? '' : ` for customer ${subject}`}.`}
      />
      <LetterView predictionId={id} settingsHref={`/models/${model.slug}/reasons`} />
    </>
  )
}
