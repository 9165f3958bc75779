'use client'

import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useState, type FormEvent } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Card } from '@/components/ui/card'
import { ErrorState } from '@/components/ui/error-state'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import { batchPlacesQuery, createJob, createSchedule, inspectionQuery } from '@/lib/batch/client'
import type { BatchSource } from '@/lib/batch/contract'
import { EMPTY, jobOf, problemsOf, scheduleOf, type Draft } from './draft'
import { MappingFields } from './mapping-fields'
import { OutputFields } from './output-fields'
import { PreviewTable } from './preview-table'
import { SourceFields } from './source-fields'
import { TimingFields } from './timing-fields'

export interface BatchWizardProps {
  /** Released somewhere, with the environments they are released in. */
  models: readonly { slug: string; name: string; environments: readonly string[] }[]
}

/** One page from the model to the start; each part appears when what it needs is there. */
export function BatchWizard({ models }: BatchWizardProps) {
  const router = useRouter()
  const [place, setPlace] = useQueryStates({ model: parseAsString.withDefault(''), environment: parseAsString.withDefault(''), when: parseAsStringLiteral(['now', 'schedule'] as const).withDefault('now') }, { clearOnDefault: true })
  const [kept, setKept] = useState<Draft>(EMPTY)
  const [isAsked, setIsAsked] = useState(false)
  const draft: Draft = { ...kept, when: place.when }
  const change = (part: Partial<Draft>) => {
    if (part.when !== undefined) void setPlace({ when: part.when })
    setKept((before) => ({ ...before, ...part }))
  }

  const model = models.find(({ slug }) => slug === place.model)
  const environment = model?.environments.find((name) => name === place.environment) ?? model?.environments[0] ?? ''
  const places = useQuery(batchPlacesQuery)
  const { source } = draft
  const asked = { source: datedToday(source), model: place.model, environment, ...(draft.mapping === null ? {} : { mapping: draft.mapping }) }
  const inspection = useQuery({ ...inspectionQuery(asked as Parameters<typeof inspectionQuery>[0]), enabled: source !== null && model !== undefined, placeholderData: keepPreviousData })
  const looked = source === null || model === undefined ? undefined : inspection.data
  const fit = looked?.fit ?? null
  const problems = problemsOf(draft)

  const start = useMutation({
    mutationFn: async () => {
      if (source === null || fit === null || model === undefined) throw new Error('Choose a model and rows first.')
      const job = jobOf({ ...draft, source }, model.slug, environment, draft.mapping ?? fit.mapping)
      if (draft.when === 'schedule') await createSchedule(scheduleOf(job, draft))
      return draft.when === 'schedule' ? null : createJob(job)
    },
    onSuccess: (job) => {
      if (job === null) toast.success('It is scheduled.')
      router.push(job === null ? '/batch/schedules' : `/batch/${job.id}`)
    },
  })

  function submit(event: FormEvent): void {
    event.preventDefault()
    setIsAsked(true)
    if (fit !== null && fit.problems.length === 0 && Object.keys(problems).length === 0) start.mutate()
  }

  return (
    <form onSubmit={submit} noValidate className="grid min-w-0 gap-5">
      <Card title="1. Which model answers">
        <div className="flex flex-wrap gap-4">
          <Field label="Model" required className="w-72 max-w-full">
            {(control) => (
              <Select
                {...control}
                value={place.model}
                options={[{ value: '', label: 'Choose a model' }, ...models.map(({ slug, name }) => ({ value: slug, label: name }))]}
                onChange={(event) => {
                  void setPlace({ model: event.target.value, environment: null })
                  change({ mapping: null, reasons: 0 })
                }}
              />
            )}
          </Field>
          {model && (
            <Field label="Environment" className="w-44">
              {(control) => (
                <Select {...control} value={environment} options={model.environments.map((name) => ({ value: name, label: name }))} onChange={(event) => void setPlace({ environment: event.target.value })} />
              )}
            </Field>
          )}
        </div>
        {fit !== null && <p className="mt-3 text-sm text-ink-muted">Version {fit.version} is in force. The job keeps the version that is in force when it begins, to its end.</p>}
      </Card>

      {model && (
        <Card title="2. Which rows">
          <SourceFields places={places.data} failure={places.error} when={draft.when} source={source} onSource={(next) => change({ source: next, mapping: null })} />
        </Card>
      )}

      {model && source !== null && inspection.isError && !inspection.isFetching && (
        <Card><ErrorState title="The rows cannot be read" detail={errorText(inspection.error)} onRetry={() => void inspection.refetch()} /></Card>
      )}
      {model && source !== null && inspection.isPending && <Card title="3. Which column is which field"><div aria-busy className="grid gap-2">{[1, 2, 3, 4].map((line) => <Skeleton key={line} className="h-8" />)}</div></Card>}

      {looked && fit && source !== null && !inspection.isError && (
        <>
          <Card title="3. Which column is which field" description={draft.mapping === null ? 'Guessed from the names of the columns; change what is wrong.' : undefined} actions={draft.mapping === null ? undefined : <Button onClick={() => change({ mapping: null })}>Guess again</Button>}>
            <MappingFields looked={looked} fit={fit} mapping={draft.mapping ?? fit.mapping} onChange={(mapping) => change({ mapping })} />
          </Card>
          <PreviewTable looked={looked} fit={fit} mapping={draft.mapping ?? fit.mapping} />
          <Card title="4. What comes of it">
            <OutputFields draft={draft} change={change} problems={isAsked ? problems : {}} places={places.data} withoutReasons={fit.withoutReasons} />
          </Card>
          <Card title="5. When">
            <TimingFields draft={draft} change={change} problems={isAsked ? problems : {}} isUpload={source.kind === 'upload'} />
          </Card>
          {start.isError && <Callout state="problem" title="That did not work" role="alert">{errorText(start.error)}</Callout>}
          <div className="flex flex-wrap items-center gap-4">
            <Button type="submit" variant="primary" size="large" loading={start.isPending} disabled={fit.problems.length > 0 || inspection.isFetching}>
              {draft.when === 'schedule' ? 'Schedule it' : 'Start the job'}
            </Button>
            {fit.problems.length > 0 && <p className="text-sm text-ink-muted">A column is missing: see part 3.</p>}
          </div>
        </>
      )}
    </form>
  )
}

/** A path with a day in it is looked at as it is today. */
function datedToday(source: BatchSource | null): BatchSource | null {
  if (source?.kind !== 'folder') return source
  const day = (shift: number) => new Date(Date.now() + shift * 86_400_000).toISOString().slice(0, 10)
  return { ...source, path: source.path.replaceAll('{date}', day(0)).replaceAll('{tomorrow}', day(1)).replaceAll('{yesterday}', day(-1)) }
}
