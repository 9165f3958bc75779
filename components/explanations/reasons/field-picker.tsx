'use client'

import { useId } from 'react'
import { Checkbox } from '@/components/ui/checkbox'
import type { DraftedField } from './reason-draft'

export interface FieldPickerProps {
  label: string
  fields: readonly DraftedField[]
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
  /** Problems of the chosen ones, by their place in the list. */
  path: string
  problems: ReadonlyMap<string, string>
}

/** Some of the model's fields, as a list of boxes. */
export function FieldPicker({ label, fields, chosen, onChange, path, problems }: FieldPickerProps) {
  const errorId = useId()
  const errors = [problems.get(path), ...chosen.map((_, index) => problems.get(`${path}.${index}`))].filter((one) => one !== undefined)
  return (
    <fieldset aria-describedby={errors.length > 0 ? errorId : undefined}>
      <legend className="mb-1 text-sm font-medium">{label}</legend>
      <div className="grid gap-x-4 sm:grid-cols-2">
        {fields.map(({ name, displayName }) => (
          <Checkbox
            key={name} label={displayName} checked={chosen.includes(name)}
            onChange={(event) => onChange(event.target.checked ? [...chosen, name] : chosen.filter((one) => one !== name))}
          />
        ))}
      </div>
      {errors.length > 0 && (
        <ul id={errorId} className="mt-1 text-xs font-medium text-problem">
          {errors.map((error) => <li key={error}>{error}</li>)}
        </ul>
      )}
    </fieldset>
  )
}
