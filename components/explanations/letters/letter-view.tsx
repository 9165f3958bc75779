'use client'

import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useState } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Card } from '@/components/ui/card'
import { CopyButton } from '@/components/ui/copy-button'
import { ErrorState } from '@/components/ui/error-state'
import { errorText } from '@/components/ui/error-text'
import { Skeleton } from '@/components/ui/skeleton'
import { readLetter, writeLetter } from '@/lib/explanations/client'
import { LOCALES, type Locale } from '@/lib/explanations/contract'
import type { LetterFormat } from '@/lib/explanations/contract/letter'

const LANGUAGE_NAMES: Record<Locale, string> = { en: 'English', de: 'German' }

/** The letter as it would be written, in the language of the address, and as a file. */
export function LetterView({ predictionId, settingsHref }: { predictionId: string; settingsHref: string }) {
  const [locale, setLocale] = useQueryState('language', parseAsStringLiteral(LOCALES).withDefault('en'))
  const letter = useQuery({ queryKey: ['letters', predictionId, locale], queryFn: ({ signal }) => readLetter(predictionId, locale, signal), retry: false })
  const { data, error } = letter
  return (
    <Card
      title="As it would be sent"
      description={<>From the <a className="link" href={settingsHref}>model’s template</a>. No score, no contribution and no version is in it.</>}
      actions={
        <div role="group" aria-label="Language" className="flex gap-1">
          {LOCALES.map((one) => (
            <Button key={one} size="small" variant={one === locale ? 'secondary' : 'quiet'} aria-pressed={one === locale} onClick={() => void setLocale(one)}>
              {LANGUAGE_NAMES[one]}
            </Button>
          ))}
        </div>
      }
      footer={data && <Downloads predictionId={predictionId} locale={locale} />}
    >
      {error ? (
        <ErrorState title="No letter" detail={errorText(error)} onRetry={() => void letter.refetch()} />
      ) : !data ? (
        <div role="status" aria-label="Writing the letter">
          <Skeleton className="h-96 w-full" />
        </div>
      ) : (
        <div className="grid gap-3">
          {data.isAgainst === false && (
            <Callout state="attention" title="This decision was not against the customer">
              The letter names what counted against them all the same. Check that it is the right decision before you send it.
            </Callout>
          )}
          <div className="flex justify-end"><CopyButton value={data.text} label="the letter" showLabel /></div>
          <p lang={locale} className="mx-auto w-full max-w-[65ch] rounded-md border bg-surface p-5 whitespace-pre-wrap shadow-card sm:p-10">{data.text}</p>
        </div>
      )}
    </Card>
  )
}

function Downloads({ predictionId, locale }: { predictionId: string; locale: Locale }) {
  const [busy, setBusy] = useState<LetterFormat | null>(null)
  const [failure, setFailure] = useState<unknown>(null)

  async function download(format: LetterFormat): Promise<void> {
    setBusy(format)
    setFailure(null)
    try {
      const url = URL.createObjectURL(await writeLetter(predictionId, locale, format))
      const link = document.createElement('a')
      link.href = url
      link.download = `letter-${predictionId}-${locale}.${format === 'pdf' ? 'pdf' : 'txt'}`
      link.click()
      URL.revokeObjectURL(url)
      toast.success('The letter is written; the audit trail says so.')
    } catch (error) {
      setFailure(error)
    } finally {
      setBusy(null)
    }
  }

  return (
    <div className="grid gap-3">
      {failure !== null && (
        <Callout state="problem" title="No file" role="alert">
          {errorText(failure)}
        </Callout>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button variant="primary" loading={busy === 'pdf'} disabled={busy !== null} onClick={() => void download('pdf')}>
          <Download aria-hidden />
          Download as PDF
        </Button>
        <Button loading={busy === 'text'} disabled={busy !== null} onClick={() => void download('text')}>
          Download as text
        </Button>
        <span>Each download is kept in the audit trail.</span>
      </div>
    </div>
  )
}
