import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { PageHeader } from '@/components/layout/page-header'
import { ModelTabs } from '@/components/registry/model-tabs'
import { ServingMark } from '@/components/registry/serving-mark'
import { ButtonLink } from '@/components/ui/button'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { findModel } from '@/lib/registry/queries'
import { releaseInForce } from '@/lib/releases/queries'

interface Props {
  params: Promise<{ model: string }>
  children: ReactNode
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  await requireVisitor()
  const model = await findModel(await database(), (await params).model)
  return { title: { default: model?.name ?? 'Model', template: `%s · ${model?.name ?? 'Model'}` } }
}

export default async function ModelLayout({ params, children }: Props) {
  const may = can(await requireVisitor())
  const db = await database()
  const model = await findModel(db, (await params).model)
  if (!model) notFound()
  const production = await releaseInForce(db, model.id, 'production')
  return (
    <>
      <PageHeader
        title={model.name}
        breadcrumbs={[{ label: 'Models', href: '/models' }]}
        mark={<ServingMark release={production ?? undefined} />}
        actions={may('registry:write') && <ButtonLink href={`/models/new?model=${model.slug}`}>Register a version</ButtonLink>}
      >
        <ModelTabs slug={model.slug} />
      </PageHeader>
      {children}
    </>
  )
}
