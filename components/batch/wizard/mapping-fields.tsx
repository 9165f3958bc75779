'use client'

import { Badge } from '@/components/ui/badge'
import { Callout } from '@/components/ui/callout'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { StatusMark } from '@/components/ui/status-mark'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import type { BatchFit, BatchInspection, BatchMapping } from '@/lib/batch/contract'

export interface MappingFieldsProps {
  looked: BatchInspection
  fit: BatchFit
  mapping: BatchMapping
  onChange: (mapping: BatchMapping) => void
}

const NONE = ''
/** More fields scroll inside their table. */
const MOST_UNROLLED = 30

export function MappingFields({ looked, fit, mapping, onChange }: MappingFieldsProps) {
  const names = looked.columns.map((column) => column.name)
  const examples = new Map(looked.columns.map((column) => [column.name, column.examples]))
  const setField = (field: string, column: string) => {
    const { [field]: _, ...others } = mapping.fields
    onChange({ ...mapping, fields: column === NONE ? others : { ...others, [field]: column } })
  }
  const keep = (column: string, isKept: boolean) => onChange({ ...mapping, keep: names.filter((name) => (name === column ? isKept : mapping.keep.includes(name))) })
  return (
    <div className="grid min-w-0 gap-5">
      {fit.problems.length > 0 && (
        <Callout state="problem" title={fit.problems.length === 1 ? 'One thing is in the way' : `${fit.problems.length} things are in the way`}>
          <ul className="grid gap-1">{fit.problems.map((problem) => <li key={`${problem.path} ${problem.message}`}>{problem.message}</li>)}</ul>
        </Callout>
      )}
      {fit.warnings.length > 0 && (
        <Callout state="attention" title="Look at this">
          <ul className="grid gap-1">{fit.warnings.map((warning) => <li key={warning}>{warning}</li>)}</ul>
        </Callout>
      )}
      <Table caption="Fields of the model and the columns they are read from" heightClass={fit.fields.length > MOST_UNROLLED ? 'max-h-160' : undefined}>
        <TableHeader>
          <TableRow>
            <TableHead>Field</TableHead>
            <TableHead>Column</TableHead>
            <TableHead>First values</TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {fit.fields.map((field) => {
            const column = mapping.fields[field.name]
            const isWrong = fit.problems.some((problem) => problem.path === `mapping.fields.${field.name}`)
            return (
              <TableRow key={field.name}>
                <TableCell className="min-w-36">
                  <span className="font-medium">{field.displayName}</span> {field.isSensitive && <Badge>sensitive</Badge>}
                  <p className="text-xs text-ink-muted">{field.name}, {field.type}{field.isRequired ? ', required' : ''}</p>
                </TableCell>
                <TableCell className="min-w-40">
                  <Select
                    aria-label={`Column of ${field.displayName}`}
                    aria-invalid={isWrong || undefined}
                    value={column ?? NONE}
                    options={[{ value: NONE, label: 'No column' }, ...names.map((name) => ({ value: name, label: name })), ...(column !== undefined && !names.includes(column) ? [{ value: column, label: `${column} (not in the source)` }] : [])]}
                    onChange={(event) => setField(field.name, event.target.value)}
                  />
                  {isWrong && <StatusMark state="problem" label="Needs a column" className="mt-1" />}
                </TableCell>
                <TableCell className="max-w-72 truncate text-ink-muted">{column === undefined ? 'Missing in every row' : (examples.get(column) ?? []).join(', ')}</TableCell>
              </TableRow>
            )
          })}
        </TableBody>
      </Table>
      <div className="grid gap-4 lg:grid-cols-[18rem_1fr]">
        <Field label="Subject" hint="Whom or what each row is about; the log is searched by it.">
          {(control) => (
            <Select {...control} value={mapping.subject ?? NONE} options={[{ value: NONE, label: 'None' }, ...names.map((name) => ({ value: name, label: name }))]} onChange={(event) => onChange({ ...mapping, subject: event.target.value || null })} />
          )}
        </Field>
        <fieldset className="min-w-0">
          <legend className="text-sm font-medium">Columns that the results repeat</legend>
          <p className="text-xs text-ink-muted">At least the one by which you know a row again; its number is there anyway.</p>
          <div className="mt-2 flex max-h-40 flex-wrap gap-x-5 gap-y-2 overflow-y-auto">
            {names.map((name) => <Checkbox key={name} label={name} checked={mapping.keep.includes(name)} onChange={(event) => keep(name, event.target.checked)} />)}
          </div>
        </fieldset>
      </div>
    </div>
  )
}
