'use client'

import { Plus, Trash2 } from 'lucide-react'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { FieldPicker } from './field-picker'
import { Fold } from './fold'
import type { CodeDraft, DraftedField, GroupDraft } from './reason-draft'
import { TwoTexts } from './two-texts'

interface ListProps<T> {
  items: readonly T[]
  fields: readonly DraftedField[]
  onChange: (items: T[]) => void
  problems: ReadonlyMap<string, string>
}

function nextKey(items: readonly { key: number }[]): number {
  return Math.max(-1, ...items.map(({ key }) => key)) + 1
}

function changed<T extends { key: number }>(items: readonly T[], key: number, part: Partial<T>): T[] {
  return items.map((item) => (item.key === key ? { ...item, ...part } : item))
}

function hasProblem(problems: ReadonlyMap<string, string>, path: string): boolean {
  return [...problems.keys()].some((one) => one === path || one.startsWith(`${path}.`))
}

function namesOf(chosen: readonly string[], fields: readonly DraftedField[]): string {
  return chosen.map((name) => fields.find((field) => field.name === name)?.displayName ?? name).join(', ')
}

/** The lender's own list of adverse-action reasons. */
export function CodeList({ items, fields, onChange, problems }: ListProps<CodeDraft>) {
  return (
    <div>
      {items.map((item, index) => (
        <Fold
          key={item.key} isOpenAtFirst={item.code === ''} hasProblem={hasProblem(problems, `codes.${index}`)}
          summary={<><Badge>{item.code === '' ? 'new' : item.code}</Badge> <span className="font-medium">{item.text.en}</span> <span className="text-ink-muted">{namesOf(item.fields, fields)}</span></>}
        >
          <Field label="Code" className="sm:max-w-40" error={problems.get(`codes.${index}.code`)}>
            {(control) => <Input {...control} value={item.code} maxLength={20} onChange={(event) => onChange(changed(items, item.key, { code: event.target.value }))} />}
          </Field>
          <TwoTexts label="Text" texts={item.text} most={200} path={`codes.${index}.text`} problems={problems} onChange={(text) => onChange(changed(items, item.key, { text }))} />
          <FieldPicker label="Stands for" fields={fields} chosen={item.fields} path={`codes.${index}.fields`} problems={problems} onChange={(chosen) => onChange(changed(items, item.key, { fields: chosen }))} />
          <Remove name={`reason ${item.code}`} onClick={() => onChange(items.filter(({ key }) => key !== item.key))} />
        </Fold>
      ))}
      <Add label="Add a reason" onClick={() => onChange([...items, { key: nextKey(items), code: '', text: { en: '', de: '' }, fields: [] }])} />
    </div>
  )
}

/** Fields whose contributions are added up and told as one. */
export function GroupList({ items, fields, onChange, problems }: ListProps<GroupDraft>) {
  return (
    <div>
      {items.map((item, index) => (
        <Fold
          key={item.key} isOpenAtFirst={item.name.en === ''} hasProblem={hasProblem(problems, `groups.${index}`)}
          summary={<><span className="font-medium">{item.name.en === '' ? 'A new group' : item.name.en}</span> <span className="text-ink-muted">{namesOf(item.fields, fields)}</span></>}
        >
          <TwoTexts label="Name" texts={item.name} most={100} path={`groups.${index}.name`} problems={problems} onChange={(name) => onChange(changed(items, item.key, { name }))} />
          <FieldPicker label="Fields" fields={fields} chosen={item.fields} path={`groups.${index}.fields`} problems={problems} onChange={(chosen) => onChange(changed(items, item.key, { fields: chosen }))} />
          <Remove name={`group ${item.name.en}`} onClick={() => onChange(items.filter(({ key }) => key !== item.key))} />
        </Fold>
      ))}
      <Add label="Add a group" onClick={() => onChange([...items, { key: nextKey(items), name: { en: '', de: '' }, fields: [] }])} />
    </div>
  )
}

// Who may only look has the form in a disabled fieldset, and no use for its buttons.
const ONLY_TO_CHANGE = 'in-[fieldset:disabled]:hidden'

function Add({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button size="small" className={`m-4 ${ONLY_TO_CHANGE}`} onClick={onClick}>
      <Plus aria-hidden />
      {label}
    </Button>
  )
}

function Remove({ name, onClick }: { name: string; onClick: () => void }) {
  return (
    <Button size="small" variant="quiet" className={`justify-self-start ${ONLY_TO_CHANGE}`} onClick={onClick}>
      <Trash2 aria-hidden />
      Remove {name}
    </Button>
  )
}
