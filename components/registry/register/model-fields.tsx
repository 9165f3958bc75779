'use client'

import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import { slugFrom, type Draft, type Errors } from './draft'

export interface KnownModel {
  slug: string
  name: string
}

export interface ModelFieldsProps {
  models: readonly KnownModel[]
  draft: Draft
  errors: Errors
  onChange: (change: Partial<Draft>) => void
}

/** Which model it is a version of; a new model is described with its first version. */
export function ModelFields({ models, draft, errors, onChange }: ModelFieldsProps) {
  const isKnown = models.some((model) => model.slug === draft.model)
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Model">
        {(control) => (
          <Select
            {...control}
            value={isKnown ? draft.model : ''}
            onChange={(event) => onChange({ model: event.target.value })}
            options={[{ value: '', label: 'A new model' }, ...models.map((model) => ({ value: model.slug, label: model.name }))]}
          />
        )}
      </Field>
      {!isKnown && (
        <>
          <Field label="Name" hint="As people call it.">
            {(control) => (
              <Input
                {...control}
                value={draft.name}
                onChange={(event) => {
                  const followsName = draft.model === slugFrom(draft.name)
                  onChange({ name: event.target.value, ...(followsName ? { model: slugFrom(event.target.value) } : {}) })
                }}
              />
            )}
          </Field>
          <Field label="Name in addresses" hint="Such as no-show-risk. It never changes." required error={errors.model}>
            {(control) => <Input {...control} value={draft.model} onChange={(event) => onChange({ model: event.target.value })} />}
          </Field>
          <Field label="Owner" hint="Who answers for it; you, if left empty.">
            {(control) => <Input {...control} value={draft.owner} onChange={(event) => onChange({ owner: event.target.value })} />}
          </Field>
          <Field label="Tags" hint="Separated by commas.">
            {(control) => <Input {...control} value={draft.tags} onChange={(event) => onChange({ tags: event.target.value })} />}
          </Field>
        </>
      )}
      <Field label={isKnown ? 'What is new in this version' : 'Description'} className="sm:col-span-2">
        {(control) => <Textarea {...control} rows={2} value={draft.description} onChange={(event) => onChange({ description: event.target.value })} />}
      </Field>
    </div>
  )
}
