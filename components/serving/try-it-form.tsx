'use client'

import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { ApiError } from '@/lib/access/client'
import type { Field as SignatureField, Signature } from '@/lib/registry/contract'
import { tryPrediction } from '@/lib/serving/client'
import { inputsOf, textOf } from './inputs-form'
import { TriedAnswer } from './tried-answer'

export interface TryItFormProps {
  model: { slug: string }
  /** Of the version in force. */
  signature: Pick<Signature, 'fields' | 'scoreMeaning' | 'scoreUnit' | 'classNames'>
  /** A row of the reference data, by field name. */
  example: Readonly<Record<string, unknown>>
  /** Where something is released. */
  environments: readonly string[]
}

/** Asks the served version, as a program would; the prediction is logged under the person's name. */
export function TryItForm({ model, signature, example, environments }: TryItFormProps) {
  const { fields } = signature
  const start = () => Object.fromEntries(fields.map((field) => [field.name, textOf(example[field.name])]))
  const [texts, setTexts] = useState<Record<string, string>>(start)
  const [environment, setEnvironment] = useState(environments[0] ?? 'production')
  const call = useMutation({
    mutationFn: () => tryPrediction(model.slug, { inputs: inputsOf(fields, texts), environment, explain: true }),
  })
  const wrong = (name: string) =>
    call.error instanceof ApiError ? call.error.fields.find((field) => field.path === `inputs.${name}`)?.message : undefined

  function submit(event: FormEvent): void {
    event.preventDefault()
    call.mutate()
  }

  return (
    <div className="grid items-start gap-5 lg:grid-cols-[3fr_2fr]">
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <div className="grid items-end gap-3 sm:grid-cols-2">
          {fields.map((field) => (
            <ValueField
              key={field.name}
              field={field}
              text={texts[field.name] ?? ''}
              error={wrong(field.name)}
              onChange={(text) => setTexts((present) => ({ ...present, [field.name]: text }))}
            />
          ))}
        </div>
        <div className="flex flex-wrap items-end gap-2">
          {environments.length > 1 && (
            <Field label="Environment" className="w-40">
              {(control) => (
                <Select
                  {...control}
                  value={environment}
                  options={environments.map((name) => ({ value: name, label: name }))}
                  onChange={(event) => setEnvironment(event.target.value)}
                />
              )}
            </Field>
          )}
          <Button type="submit" variant="primary" loading={call.isPending}>
            Predict
          </Button>
          <Button onClick={() => setTexts(start())}>Back to the example</Button>
        </div>
      </form>
      <div aria-live="polite">
        {call.error !== null && (
          <Callout state="problem" title="No prediction" role="alert">
            {errorText(call.error)}
          </Callout>
        )}
        {call.data !== undefined && call.error === null && <TriedAnswer answer={call.data} signature={signature} />}
        {call.data === undefined && call.error === null && (
          <p className="text-sm text-ink-muted">The answer and its reasons appear here. It is logged under your name, like any other.</p>
        )}
      </div>
    </div>
  )
}

interface ValueFieldProps {
  field: SignatureField
  text: string
  error: string | undefined
  onChange: (text: string) => void
}

function ValueField({ field, text, error, onChange }: ValueFieldProps) {
  const choices = choicesOf(field)
  const label = field.unit === undefined ? field.displayName : `${field.displayName} (${field.unit})`
  const isNumber = field.type === 'number' || field.type === 'integer'
  return (
    <Field label={label} required={field.isRequired} {...(error === undefined ? {} : { error })}>
      {(control) =>
        choices === null ? (
          <Input {...control} inputMode={isNumber ? 'decimal' : 'text'} autoComplete="off" value={text} onChange={(event) => onChange(event.target.value)} />
        ) : (
          <Select
            {...control}
            value={text}
            options={[{ value: '', label: field.isRequired ? 'Choose' : 'Not given' }, ...withPresent(choices, text)]}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  )
}

function choicesOf(field: SignatureField): { value: string; label: string }[] | null {
  if (field.type === 'boolean') return [{ value: 'true', label: 'yes' }, { value: 'false', label: 'no' }]
  const categories = [...new Set([...(field.categories ?? []), ...Object.keys(field.categoryLabels ?? {})])]
  return categories.length === 0 ? null : categories.map((value) => ({ value, label: field.categoryLabels?.[value] ?? value }))
}

/** The reference may have a value that the model's encoder does not know. */
function withPresent(choices: { value: string; label: string }[], text: string): { value: string; label: string }[] {
  return text === '' || choices.some((choice) => choice.value === text) ? choices : [...choices, { value: text, label: text }]
}
