'use client'

import { useMutation } from '@tanstack/react-query'
import { Shuffle } from 'lucide-react'
import { parseAsString, useQueryStates } from 'nuqs'
import type { FormEvent } from 'react'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { ApiError } from '@/lib/access/client'
import type { Signature } from '@/lib/registry/contract'
import { exampleRow, tryPrediction } from '@/lib/serving/client'
import { inputsOf, textOf } from './inputs-form'
import { TriedAnswer } from './tried-answer'
import { ValueField } from './value-field'

export type Texts = Readonly<Record<string, string>>
export type TriedSignature = Pick<Signature, 'fields' | 'scoreMeaning' | 'scoreUnit' | 'classNames'>

export interface TryItFormProps {
  model: { slug: string }
  signature: TriedSignature
  environment: string
  /** That may be asked, newest first; empty where the release in force alone may choose. */
  versions: readonly number[]
  /** Null where the release chooses. */
  version: number | null
  environments: readonly string[]
  /** Nothing is released here: only a version may be asked. */
  needsVersion: boolean
  /** Rows of the reference can be fetched. */
  hasRows: boolean
  person: string
  texts: Texts
  setTexts: (texts: Texts) => void
}

/** Asks as a program would; the prediction is logged under the person's name. */
export function TryItForm(props: TryItFormProps) {
  const { model, signature, environment, version, texts, setTexts } = props
  const { fields } = signature
  const call = useMutation({
    mutationFn: async () => {
      const begun = performance.now()
      const answer = await tryPrediction(model.slug, { inputs: inputsOf(fields, texts), environment, ...(version === null ? {} : { version }), explain: true })
      return { answer, tookMs: performance.now() - begun }
    },
  })
  const another = useMutation({
    mutationFn: () => exampleRow(model.slug, environment, Math.floor(Math.random() * 1_000_000), version ?? undefined),
    onSuccess: ({ inputs }) => setTexts(Object.fromEntries(fields.map(({ name }) => [name, textOf(inputs[name])]))),
  })
  const problems = call.error instanceof ApiError ? call.error.fields : []
  const wrong = (name: string) => problems.find((field) => field.path === `inputs.${name}`)?.message
  const isBlocked = props.needsVersion && version === null

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (!isBlocked) call.mutate()
  }

  return (
    <div className="grid items-start gap-5 lg:grid-cols-[3fr_2fr]">
      <form onSubmit={submit} className="grid gap-4" noValidate aria-label="Try it">
        <Where {...props} />
        <div className="grid items-start gap-3 sm:grid-cols-2">
          {fields.map((field) => (
            <ValueField key={field.name} field={field} text={texts[field.name] ?? ''} error={wrong(field.name)} onChange={(text) => setTexts({ ...texts, [field.name]: text })} />
          ))}
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <Button type="submit" variant="primary" loading={call.isPending} disabled={isBlocked}>
            Predict
          </Button>
          {props.hasRows && (
            <Button onClick={() => another.mutate()} loading={another.isPending}>
              <Shuffle aria-hidden />
              Another row
            </Button>
          )}
          <p className="text-xs text-ink-muted">Logged as a prediction by {props.person}.</p>
        </div>
        {another.error !== null && <p role="alert" className="text-sm text-problem">{errorText(another.error)}</p>}
      </form>
      <div aria-live="polite" className="min-w-0">
        {isBlocked && (
          <Callout state="info" title={`Nothing is released in ${environment}`}>
            Choose a version to ask it all the same.
          </Callout>
        )}
        {call.error !== null && (
          <Callout state="problem" title="No prediction" role="alert">
            {errorText(call.error)}
          </Callout>
        )}
        {call.data !== undefined && call.error === null && <TriedAnswer {...call.data} signature={signature} />}
        {call.data === undefined && call.error === null && !isBlocked && (
          <p className="text-sm text-ink-muted">The answer and its reasons appear here.</p>
        )}
      </div>
    </div>
  )
}

const RELEASE = ''

/** Environment and version are the page's: both stand in its address. */
function Where({ environment, environments, versions, version }: TryItFormProps) {
  const [, setView] = useQueryStates({ environment: parseAsString, version: parseAsString }, { shallow: false, scroll: false })
  if (environments.length < 2 && versions.length === 0) return null
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label="Environment">
        {(control) => (
          <Select
            {...control}
            value={environment}
            options={environments.map((name) => ({ value: name, label: name }))}
            onChange={(event) => void setView({ environment: event.target.value === 'production' ? null : event.target.value, version: null })}
          />
        )}
      </Field>
      {versions.length > 0 && (
        <Field label="Who answers">
          {(control) => (
            <Select
              {...control}
              value={version === null ? RELEASE : String(version)}
              options={[{ value: RELEASE, label: 'As the release says' }, ...versions.map((number) => ({ value: String(number), label: `Version ${number}` }))]}
              onChange={(event) => void setView({ version: event.target.value === RELEASE ? null : event.target.value })}
            />
          )}
        </Field>
      )}
    </div>
  )
}
