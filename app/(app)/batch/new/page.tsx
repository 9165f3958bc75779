import type { Metadata } from 'next'
import { NotAllowed } from '@/components/access/not-allowed'
import { BatchWizard } from '@/components/batch/wizard/batch-wizard'
import { PageHeader } from '@/components/layout/page-header'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { listModels } from '@/lib/registry/queries'
import { currentReleases } from '@/lib/releases/queries'

export const metadata: Metadata = { title: 'New batch job' }

const MOST_MODELS = 200

export default async function NewBatchJobPage() {
  if (!can(await requireVisitor())('batch:write')) return <NotAllowed what="A new batch job" who="operators and administrators" />
  const db = await database()
  const [{ models }, releases] = await Promise.all([listModels(db, { limit: MOST_MODELS }), currentReleases(db)])
  const answering = models
    .map(({ id, slug, name }) => ({ slug, name, environments: releases.filter((release) => release.modelId === id).map((release) => release.environment) }))
    .filter(({ environments }) => environments.length > 0)
  return (
    <>
      <PageHeader title="New batch job" breadcrumbs={[{ label: 'Batch', href: '/batch' }]} description="Rows in, answers out; what cannot be scored comes back with its reason." />
      {answering.length > 0 ? (
        <BatchWizard models={answering} />
      ) : (
        <Card><EmptyState title="No model can answer yet">Register a version and release it; then its batch jobs are begun here.</EmptyState></Card>
      )}
    </>
  )
}
