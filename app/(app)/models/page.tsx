import type { Metadata } from 'next'
import { PageHeader } from '@/components/layout/page-header'
import { ModelFilters } from '@/components/registry/model-filters'
import { ModelTable } from '@/components/registry/model-table'
import { readModelsQuery, type ModelsParams } from '@/components/registry/models-query'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { NoMatchState } from '@/components/ui/no-match-state'
import { Pagination } from '@/components/ui/pagination'
import { can, requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { listModels } from '@/lib/registry/queries'
import { currentReleases } from '@/lib/releases/queries'

export const metadata: Metadata = { title: 'Models' }

export default async function ModelsPage({ searchParams }: { searchParams: Promise<ModelsParams> }) {
  const mayRegister = can(await requireVisitor())('registry:write')
  const query = readModelsQuery(await searchParams)
  const db = await database()
  const [page, releases] = await Promise.all([listModels(db, query.filter), currentReleases(db)])
  const production = new Map(releases.filter((release) => release.environment === 'production').map((release) => [release.modelId, release]))
  const register = mayRegister && <ButtonLink href="/models/new" variant="primary">Register a model</ButtonLink>
  const { sort = 'name', descending = false } = query.filter
  const isEmpty = page.models.length === 0 && !query.isFiltered
  return (
    <>
      <PageHeader title="Models" description="What the business relies on, what serves now, and who answers for it." actions={register} />
      {isEmpty ? (
        <EmptyState title="No model yet" action={register}>
          {mayRegister
            ? 'Register the first one: drop its ONNX file, here or with npx flightdeck push.'
            : 'An operator registers the first one. It appears here at once.'}
        </EmptyState>
      ) : (
        <div className="grid gap-3">
          <ModelFilters facets={page.facets} />
          {page.models.length === 0 ? (
            <NoMatchState title="No model matches" resetHref="/models" />
          ) : (
            <Card flush>
              <ModelTable
                models={page.models}
                production={production}
                sort={sort}
                descending={descending}
                sortHref={(column) => query.href({ sort: column, descending: column === sort && !descending ? 'true' : '', cursor: '' })}
              />
              <Pagination
                previousHref={query.isLaterPage ? query.href({ cursor: '' }) : undefined}
                nextHref={page.next === null ? undefined : query.href({ cursor: JSON.stringify(page.next) })}
                summary={`${page.models.length} of ${page.total} ${page.total === 1 ? 'model' : 'models'}`}
              />
            </Card>
          )}
        </div>
      )}
    </>
  )
}
