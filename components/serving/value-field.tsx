import { Field } from '@/components/ui/field'
import { formatNumber } from '@/components/ui/format'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { Field as SignatureField } from '@/lib/registry/contract'

export interface ValueFieldProps {
  field: SignatureField
  text: string
  error: string | undefined
  onChange: (text: string) => void
}

/** A field of a version's signature as a control of a form. */
export function ValueField({ field, text, error, onChange }: ValueFieldProps) {
  const choices = choicesOf(field)
  const label = field.unit === undefined ? field.displayName : `${field.displayName} (${field.unit})`
  const isNumber = field.type === 'number' || field.type === 'integer'
  const hint = rangeOf(field)
  return (
    <Field label={label} required={field.isRequired} {...(hint === undefined ? {} : { hint })} {...(error === undefined ? {} : { error })}>
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

function rangeOf({ min, max, unit }: SignatureField): string | undefined {
  const written = (value: number) => formatNumber(value, { unit })
  if (min !== undefined && max !== undefined) return `${formatNumber(min)} to ${written(max)}`
  if (min !== undefined) return `At least ${written(min)}`
  return max === undefined ? undefined : `At most ${written(max)}`
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
