'use client'

import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { GuardrailDraft } from './guardrail-draft'
import type { NamedField } from './guardrail-words'

export interface GuardrailFieldsProps {
  draft: GuardrailDraft
  /** The inputs that are numbers. */
  numbers: readonly NamedField[]
  onChange: (part: Partial<GuardrailDraft>) => void
}

export function GuardrailFields({ draft, numbers, onChange }: GuardrailFieldsProps) {
  const isRelative = draft.limit === 'output-relative'
  const inputs = numbers.map((field) => ({ value: field.name, label: field.displayName }))
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-4">
        <Field label="The answer is kept" className="sm:col-span-2">
          {(control) => (
            <Select
              {...control}
              value={draft.limit}
              options={[
                { value: 'output-range', label: 'between two values' },
                { value: 'output-relative', label: 'between multiples of an input', disabled: inputs.length === 0 },
              ]}
              onChange={(event) => onChange({ limit: event.target.value === 'output-relative' ? 'output-relative' : 'output-range' })}
            />
          )}
        </Field>
        <NumberField label={isRelative ? 'From, times' : 'Lowest'} value={draft.min} onChange={(min) => onChange({ min })} />
        <NumberField label={isRelative ? 'To, times' : 'Highest'} value={draft.max} onChange={(max) => onChange({ max })} />
        {isRelative && (
          <InputField label="Of the input" className="sm:col-span-4" value={draft.field} options={inputs} onChange={(field) => onChange({ field })} />
        )}
      </div>
      <div className="grid gap-3 sm:grid-cols-4">
        <Field label="Otherwise answer" className="sm:col-span-2">
          {(control) => (
            <Select
              {...control}
              value={draft.fallback}
              options={[
                { value: 'clamp', label: 'the nearest allowed value' },
                { value: 'constant', label: 'a fixed value' },
                { value: 'input-multiple', label: 'a multiple of an input', disabled: inputs.length === 0 },
              ]}
              onChange={(event) => onChange({ fallback: fallbackOf(event.target.value) })}
            />
          )}
        </Field>
        {draft.fallback === 'constant' && <NumberField label="Fixed value" value={draft.value} onChange={(value) => onChange({ value })} />}
        {draft.fallback === 'input-multiple' && (
          <>
            <NumberField label="Times" value={draft.factor} onChange={(factor) => onChange({ factor })} />
            <InputField label="Input" value={draft.fallbackField} options={inputs} onChange={(fallbackField) => onChange({ fallbackField })} />
          </>
        )}
      </div>
    </>
  )
}

function fallbackOf(value: string): GuardrailDraft['fallback'] {
  return value === 'constant' || value === 'input-multiple' ? value : 'clamp'
}

function NumberField({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <Field label={label}>
      {(control) => <Input {...control} type="number" step="any" value={value} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  )
}

interface InputFieldProps {
  label: string
  value: string
  options: { value: string; label: string }[]
  className?: string
  onChange: (value: string) => void
}

function InputField({ label, value, options, className, onChange }: InputFieldProps) {
  return (
    <Field label={label} {...(className === undefined ? {} : { className })}>
      {(control) => <Select {...control} value={value} options={options} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  )
}
