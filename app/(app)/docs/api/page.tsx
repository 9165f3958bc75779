import type { Metadata } from 'next'
import { ApiReference } from '@/components/docs/api/api-reference'
import type { ApiDocument } from '@/components/docs/api/openapi'
import { PageHeader } from '@/components/layout/page-header'
import { ButtonLink } from '@/components/ui/button'
import { api } from '@/lib/api'

export const metadata: Metadata = { title: 'API reference' }

export default async function ApiPage() {
  const document = (await (await api.request('/api/openapi.json')).json()) as ApiDocument
  return (
    <>
      <PageHeader
        title="API reference"
        description={document.info.description}
        breadcrumbs={[{ label: 'Guide', href: '/docs' }]}
        actions={<ButtonLink href="/api/openapi.json" prefetch={false}>OpenAPI document</ButtonLink>}
      />
      <ApiReference document={document} />
    </>
  )
}
