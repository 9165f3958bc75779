'use client'

import { Undo2 } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { classNames } from '@/components/ui/class-names'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { ShownInput } from '@/lib/explanations/contract'
import type { FieldControl, FieldValue } from '@/lib/explanations/contract/lookup'

export interface FieldEditorProps {
  input: ShownInput
  /** What is tried now; the decision's own value where it is not changed. */
  value: FieldValue
  isChanged: boolean
  onChange: (value: FieldValue) => void
}

/** One field to try other values in, with what it was and the way back. */
export function FieldEditor({ input, value, isChanged, onChange }: FieldEditorProps) {
  const { control, displayName, inWords } = input
  if (!control) return null
  return (
    <div className={classNames('rounded-md border px-3 py-2', isChanged ? 'border-info-line bg-info-surface' : 'border-line')}>
      <Field
        label={control.kind === 'number' && control.unit !== null ? `${displayName} (${control.unit})` : displayName}
        hint={
          isChanged ? (
            <span className="flex min-h-7 flex-wrap items-center gap-x-2">
              Changed: it was {inWords}.
              <Button variant="quiet" size="small" aria-label={`Take the change of ${displayName} back`} onClick={() => onChange(input.value)}>
                <Undo2 aria-hidden /> Back
              </Button>
            </span>
          ) : undefined
        }
      >
        {(field) => <Control {...field} control={control} name={displayName} value={value} onChange={onChange} />}
      </Field>
    </div>
  )
}

interface ControlProps {
  id: string
  'aria-describedby': string | undefined
  control: FieldControl
  name: string
  value: FieldValue
  onChange: (value: FieldValue) => void
}

function Control({ control, name, value, onChange, ...field }: ControlProps) {
  if (control.kind === 'choice') {
    const { options } = control
    const place = options.findIndex((option) => option.value === value)
    return (
      <Select
        {...field}
        value={String(place)}
        options={[...(place === -1 ? [{ value: '-1', label: 'not given' }] : []), ...options.map(({ label }, index) => ({ value: String(index), label }))]}
        onChange={(event) => onChange(options[Number(event.target.value)]?.value ?? null)}
      />
    )
  }
  if (control.kind === 'text') return <Input {...field} value={typeof value === 'string' ? value : ''} onChange={(event) => onChange(event.target.value)} />
  const { min, max, step } = control
  const number = typeof value === 'number' ? value : null
  return (
    <span className="grid grid-cols-[1fr_6.5rem] items-center gap-3">
      {/* From its lowest value the browser counts the steps, so the value that is there may lie between two. */}
      <input
        type="range"
        aria-label={`${name}, slider`}
        min={min}
        max={max}
        step={step}
        value={number ?? min}
        onChange={(event) => onChange(Number(event.target.value))}
        className="h-6 w-full cursor-pointer accent-primary"
      />
      <NumberInput {...field} min={min} max={max} value={number} onChange={onChange} />
    </span>
  )
}

interface NumberInputProps {
  id: string
  'aria-describedby': string | undefined
  min: number
  max: number
  value: number | null
  onChange: (value: number) => void
}

/** Takes over what lies within the limits while it is typed; what does not is corrected on leaving. */
function NumberInput({ min, max, value, onChange, ...field }: NumberInputProps) {
  const [typed, setTyped] = useState<string | null>(null)
  return (
    <Input
      {...field}
      type="number"
      min={min}
      max={max}
      step="any"
      value={typed ?? value ?? ''}
      onChange={(event) => {
        const { value: text } = event.target
        setTyped(text)
        const given = text === '' ? NaN : Number(text)
        if (given >= min && given <= max) onChange(given)
      }}
      onBlur={() => {
        const given = typed === null || typed === '' ? NaN : Number(typed)
        setTyped(null)
        if (Number.isFinite(given) && (given < min || given > max)) onChange(Math.min(max, Math.max(min, given)))
      }}
      className="text-right tabular-nums"
    />
  )
}
