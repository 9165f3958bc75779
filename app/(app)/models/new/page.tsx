import type { Metadata } from 'next'
import { NotAllowed } from '@/components/access/not-allowed'
import { PageHeader } from '@/components/layout/page-header'
import { RegisterForm } from '@/components/registry/register/register-form'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { listModels } from '@/lib/registry/queries'

export const metadata: Metadata = { title: 'Register a version' }

export default async function NewModelPage({ searchParams }: { searchParams: Promise<{ model?: string }> }) {
  if (!can(await requireVisitor())('registry:write')) return <NotAllowed what="Registering models" who="operators and administrators" />
  const { models } = await listModels(await database(), { limit: 200 })
  const known = models.map(({ slug, name }) => ({ slug, name }))
  const wanted = (await searchParams).model
  const chosen = known.find((model) => model.slug === wanted)
  return (
    <>
      <PageHeader
        title={chosen ? `Register a version of ${chosen.name}` : 'Register a model'}
        breadcrumbs={[{ label: 'Models', href: '/models' }, ...(chosen ? [{ label: chosen.name, href: `/models/${chosen.slug}` }] : [])]}
        description="Registering releases nothing: a version serves only after an approved promotion. Pipelines do the same with npx flightdeck push."
      />
      <RegisterForm models={known} model={chosen?.slug ?? ''} />
    </>
  )
}
