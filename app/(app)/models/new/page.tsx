import type { Metadata } from 'next'
import { NotAllowed } from '@/components/access/not-allowed'
import { PageHeader } from '@/components/layout/page-header'
import { RegisterForm } from '@/components/registry/register/register-form'
import { RemoteForm } from '@/components/registry/remote/remote-form'
import { Tabs } from '@/components/ui/tabs'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { listModels } from '@/lib/registry/queries'

export const metadata: Metadata = { title: 'Register a version' }

export default async function NewModelPage({ searchParams }: { searchParams: Promise<{ model?: string; runtime?: string }> }) {
  if (!can(await requireVisitor())('registry:write')) return <NotAllowed what="Registering models" who="operators and administrators" />
  const { models } = await listModels(await database(), { limit: 200 })
  const known = models.map(({ slug, name }) => ({ slug, name }))
  const { model: wanted, runtime } = await searchParams
  const chosen = known.find((model) => model.slug === wanted)
  const isRemote = runtime === 'remote'
  const addressOf = (remote: boolean) => {
    const query = new URLSearchParams({ ...(chosen ? { model: chosen.slug } : {}), ...(remote ? { runtime: 'remote' } : {}) }).toString()
    return query === '' ? '/models/new' : `/models/new?${query}`
  }
  return (
    <>
      <PageHeader
        title={chosen ? `Register a version of ${chosen.name}` : 'Register a model'}
        breadcrumbs={[{ label: 'Models', href: '/models' }, ...(chosen ? [{ label: chosen.name, href: `/models/${chosen.slug}` }] : [])]}
        description="Registering releases nothing: a version serves only after an approved promotion. Pipelines do the same with npx flightdeck push."
      />
      <div className="mb-5">
        <Tabs label="What runs it" current={addressOf(isRemote)} tabs={[{ label: 'A model file', href: addressOf(false) }, { label: 'A server of ours elsewhere', href: addressOf(true) }]} />
      </div>
      {isRemote ? <RemoteForm models={known} model={chosen?.slug ?? ''} /> : <RegisterForm models={known} model={chosen?.slug ?? ''} />}
    </>
  )
}
