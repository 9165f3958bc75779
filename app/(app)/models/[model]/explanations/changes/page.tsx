import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { ChangeForm } from '@/components/explanations/insights/change-form'
import { ChangePanel } from '@/components/explanations/insights/change-panel'
import { EmptyState } from '@/components/ui/empty-state'
import { NoMatchState } from '@/components/ui/no-match-state'
import { requireVisitor } from '@/lib/access/page'
import { database } from '@/lib/database'
import { repeatedSubjects, subjectHistory } from '@/lib/explanations/queries/insights/subject-history'
import { findModel } from '@/lib/registry/queries'

export const metadata: Metadata = { title: 'Changes' }

interface Props {
  params: Promise<{ model: string }>
  searchParams: Promise<{ subject?: string; before?: string; after?: string }>
}

export default async function ChangesPage({ params, searchParams }: Props) {
  await requireVisitor()
  const { subject = '', ...asked } = await searchParams
  const db = await database()
  const model = await findModel(db, (await params).model)
  if (!model) notFound()
  const base = `/models/${model.slug}/explanations/changes`
  const { predictions } = subject === '' ? { predictions: [] } : await subjectHistory(db, model.id, subject)
  const has = (id: string | undefined) => predictions.some((one) => one.id === id)
  // Without a choice: the newest, and the one before it.
  const after = has(asked.after) ? asked.after : predictions[0]?.id
  const before = has(asked.before) ? asked.before : predictions.find((one) => one.id !== after)?.id
  const examples = subject === '' ? await repeatedSubjects(db, model.id) : []
  return (
    <>
      <ChangeForm subject={subject} history={predictions} before={before} after={after} />
      {subject === '' && (
        <EmptyState title="Why did somebody’s score move?">
          Enter whose predictions to compare.
          {examples.length > 0 && (
            <>
              {' '}
              Answered more than once lately:{' '}
              {examples.map((one, index) => (
                <span key={one}>
                  {index > 0 && ', '}
                  <Link href={`${base}?subject=${encodeURIComponent(one)}`} className="link">
                    {one}
                  </Link>
                </span>
              ))}
            </>
          )}
        </EmptyState>
      )}
      {subject !== '' && predictions.length === 0 && <NoMatchState resetHref={base}>No prediction of {model.name} has the subject “{subject}”.</NoMatchState>}
      {predictions.length === 1 && <EmptyState title="Only one prediction">“{subject}” was answered once; a change needs two.</EmptyState>}
      {before !== undefined && after !== undefined && before !== after && <ChangePanel key={`${before} ${after}`} model={model.slug} before={before} after={after} />}
    </>
  )
}
