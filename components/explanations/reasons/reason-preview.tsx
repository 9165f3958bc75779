'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ArrowDown, ArrowUp } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Card } from '@/components/ui/card'
import { ErrorState } from '@/components/ui/error-state'
import { errorText } from '@/components/ui/error-text'
import { formatDateTime } from '@/components/ui/format'
import { Skeleton } from '@/components/ui/skeleton'
import { ApiError } from '@/lib/access/client'
import { previewReasons } from '@/lib/explanations/client'
import { LOCALES, type Locale, type ReasonSettingsInput } from '@/lib/explanations/contract'
import type { PreviewedReason, ReasonPreview } from '@/lib/explanations/contract/letter'

const LANGUAGE_NAMES: Record<Locale, string> = { en: 'English', de: 'German' }
const MOST_SENTENCES = 8

/** What the settings in the form say of a decision that was really made. Shared with the form, which shows its problems. */
export function usePreview(model: string, settings: ReasonSettingsInput, earlier: number, isAsked: boolean) {
  return useQuery({
    queryKey: ['reasons', model, 'preview', settings, earlier],
    queryFn: ({ signal }) => previewReasons(model, settings, earlier, signal),
    placeholderData: keepPreviousData,
    retry: false,
    enabled: isAsked,
  })
}

export interface PreviewCardProps {
  preview: ReturnType<typeof usePreview>
  earlier: number
  onEarlier: (earlier: number) => void
  fieldNames: ReadonlyMap<string, string>
}

export function PreviewCard({ preview, earlier, onEarlier, fieldNames }: PreviewCardProps) {
  const [locale, setLocale] = useState<Locale>('en')
  const { error } = preview
  // A refused preview has no data: the one before stays in view.
  const [last, setLast] = useState(preview.data)
  if (preview.data && preview.data !== last) setLast(preview.data)
  const data = preview.data ?? last
  const isWrong = error instanceof ApiError && error.code === 'reasons_invalid'
  return (
    <Card
      title="How it reads"
      description={data && <>A decision of {formatDateTime(data.prediction.at)}: <Link className="link" href={`/predictions/${data.prediction.id}`}>{data.prediction.answer}</Link></>}
      actions={
        <div role="group" aria-label="Language" className="flex gap-1">
          {LOCALES.map((one) => (
            <Button key={one} size="small" variant={one === locale ? 'secondary' : 'quiet'} aria-pressed={one === locale} onClick={() => setLocale(one)}>
              {LANGUAGE_NAMES[one]}
            </Button>
          ))}
        </div>
      }
      footer={
        data && (
          <div className="flex flex-wrap items-center justify-between gap-2">
            <span>Follows what you type; nothing is saved yet.</span>
            <span className="flex gap-1">
              <Button size="small" variant="quiet" disabled={earlier === 0} onClick={() => onEarlier(earlier - 1)}>Later</Button>
              <Button size="small" variant="quiet" disabled={!data.hasEarlier} onClick={() => onEarlier(earlier + 1)}>Earlier</Button>
            </span>
          </div>
        )
      }
    >
      {isWrong && <p role="status" className="mb-3 text-sm text-attention">Settings with a problem are not shown; this is how it read before.</p>}
      {data ? <Previewed preview={data} locale={locale} fieldNames={fieldNames} /> : error && !isWrong ? <ErrorState title="No preview" detail={errorText(error)} onRetry={() => void preview.refetch()} /> : <Skeleton className="h-60 w-full" />}
    </Card>
  )
}

function Previewed({ preview, locale, fieldNames }: { preview: ReasonPreview; locale: Locale; fieldNames: ReadonlyMap<string, string> }) {
  const { sentences, principal, letter } = preview.byLocale[locale]
  return (
    <div className="grid gap-4" lang={locale}>
      {preview.forbiddenCited.length > 0 && (
        <Callout state="attention" title="A forbidden field would be a principal reason here">
          {preview.forbiddenCited.map((name) => fieldNames.get(name) ?? name).join(', ')} counted so much in the model. It is not cited, but the model used it.
        </Callout>
      )}
      <div>
        <h3 className="text-sm font-medium">Principal reasons</h3>
        {principal.length === 0 ? (
          <p className="mt-1 text-sm text-ink-muted">None: nothing that may be cited counted against this person.</p>
        ) : (
          <ol className="mt-1 grid list-inside list-decimal gap-1 text-sm">
            {principal.map((reason) => (
              <li key={reason.field}>
                {reason.code && <><Badge>{reason.code.code}</Badge> </>}
                {reason.code?.text ?? reason.sentence}
              </li>
            ))}
          </ol>
        )}
      </div>
      <div>
        <h3 className="text-sm font-medium">Sentences</h3>
        <Sentences sentences={sentences.slice(0, MOST_SENTENCES)} />
        {sentences.length > MOST_SENTENCES && (
          <details className="mt-1 text-sm">
            <summary className="min-h-6 cursor-pointer">{sentences.length - MOST_SENTENCES} smaller ones</summary>
            <Sentences sentences={sentences.slice(MOST_SENTENCES)} />
          </details>
        )}
      </div>
      <details className="text-sm">
        <summary className="min-h-6 cursor-pointer font-medium">The letter</summary>
        <p className="mt-2 rounded-md border bg-sunken p-3 whitespace-pre-wrap">{letter}</p>
      </details>
    </div>
  )
}

function Sentences({ sentences }: { sentences: readonly PreviewedReason[] }) {
  return (
    <ul className="mt-1 grid gap-1 text-sm">
      {sentences.map((reason) => (
        <li key={reason.field} className="flex items-start gap-2">
          {reason.direction === 'raised' ? <ArrowUp aria-hidden className="mt-0.5 size-4 shrink-0" /> : <ArrowDown aria-hidden className="mt-0.5 size-4 shrink-0" />}
          <span>{reason.sentence}</span>
        </li>
      ))}
    </ul>
  )
}
