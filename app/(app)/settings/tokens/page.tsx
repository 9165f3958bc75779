import type { Metadata } from 'next'
import { NotAllowed } from '@/components/access/not-allowed'
import { TokensSection } from '@/components/access/tokens-section'
import { PageHeader } from '@/components/layout/page-header'
import { can, requireVisitor } from '@/lib/access/page'
import { listTokens } from '@/lib/access/queries'
import { database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { newestTokenLimits } from '@/lib/serving/queries'

export const metadata: Metadata = { title: 'Tokens' }

export default async function TokensPage() {
  const may = can(await requireVisitor())
  if (!may('token:write')) return <NotAllowed what="Tokens" who="administrators" />
  const db = await database()
  const [tokens, limits] = await Promise.all([listTokens(db), newestTokenLimits(db)])
  return (
    <>
      <PageHeader title="Tokens" description="How programs call Flightdeck: each with its own token, with just the scopes it needs." />
      <TokensSection tokens={tokens} limits={Object.fromEntries(limits)} mayLimit={may('limits:write')} at={now()} />
    </>
  )
}
