'use client'

import { Input } from '@/components/ui/input'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { Field } from '@/lib/registry/contract'
import { TYPE_WORDS } from '../words'
import { shownField, type Errors, type FieldEdit } from './draft'

export interface FieldTableProps {
  fields: readonly Field[]
  edits: Record<string, FieldEdit>
  errors: Errors
  onEdit: (name: string, edit: FieldEdit) => void
}

/** Every input of the model, with what people should read instead of its technical name. */
export function FieldTable({ fields, edits, errors, onEdit }: FieldTableProps) {
  return (
    <Table caption="Inputs of the model" heightClass="max-h-112">
      <TableHeader>
        <TableRow>
          <TableHead>Input</TableHead>
          <TableHead>Name people read</TableHead>
          <TableHead>Unit</TableHead>
          <TableHead>Smallest</TableHead>
          <TableHead>Largest</TableHead>
          <TableHead>Sensitive</TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {fields.map((field) => (
          <FieldRow key={field.name} field={field} edit={edits[field.name]} errors={errors} onEdit={onEdit} />
        ))}
      </TableBody>
    </Table>
  )
}

interface FieldRowProps {
  field: Field
  edit: FieldEdit | undefined
  errors: Errors
  onEdit: FieldTableProps['onEdit']
}

function FieldRow({ field, edit, errors, onEdit }: FieldRowProps) {
  const shown = shownField(field, edit)
  const isNumber = field.type === 'number' || field.type === 'integer'
  const cell = (member: 'displayName' | 'unit' | 'min' | 'max', label: string, className: string) => {
    const error = errors[`fields.${field.name}.${member}`]
    return (
      <TableCell>
        <Input
          aria-label={`${label} of ${field.name}`}
          aria-invalid={error === undefined ? undefined : true}
          inputMode={member === 'min' || member === 'max' ? 'decimal' : undefined}
          className={className}
          value={shown[member]}
          onChange={(event) => onEdit(field.name, { ...edit, [member]: event.target.value })}
        />
        {error !== undefined && <p className="text-xs font-medium text-problem">{error}</p>}
      </TableCell>
    )
  }
  return (
    <TableRow>
      <TableCell className="min-w-36">
        <span className="font-mono text-xs">{field.name}</span>
        <span className="block text-xs text-ink-muted">
          {TYPE_WORDS[field.type]}
          {field.categories && `, ${field.categories.length} known`}
          {field.mayBeMissing ? '' : ', required'}
        </span>
      </TableCell>
      {cell('displayName', 'Name', 'min-w-40')}
      {cell('unit', 'Unit', 'w-24')}
      {isNumber ? cell('min', 'Smallest value', 'w-24') : <TableCell />}
      {isNumber ? cell('max', 'Largest value', 'w-24') : <TableCell />}
      <TableCell>
        <label className="grid size-6 place-items-center">
          <span className="sr-only">{field.name} is sensitive</span>
          <input
            type="checkbox"
            className="size-4"
            checked={shown.isSensitive}
            onChange={(event) => onEdit(field.name, { ...edit, isSensitive: event.target.checked })}
          />
        </label>
      </TableCell>
    </TableRow>
  )
}
