'use client'

import { Badge } from '@/components/ui/badge'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Fold } from './fold'
import { isFieldChanged, KINDS, type DraftedField, type FieldDraft, type Kind } from './reason-draft'
import { TwoTexts } from './two-texts'

const KIND_LABELS: Record<Kind, string> = {
  raised: 'Sentence where it raises the score',
  lowered: 'Sentence where it lowers the score',
  missing: 'Sentence where it was not given',
}

export interface FieldSettingsProps {
  field: DraftedField
  draft: FieldDraft
  onChange: (part: Partial<FieldDraft>) => void
  problems: ReadonlyMap<string, string>
}

/** Everything that is told of one field, folded up until it is asked for or has a problem. */
export function FieldSettings({ field, draft, onChange, problems }: FieldSettingsProps) {
  const { name, displayName, unit } = field
  const mine = [...problems.keys()].filter((path) => ['templates', 'names', 'labels', 'changes'].some((member) => path === `${member}.${name}` || path.startsWith(`${member}.${name}.`)))
  const general = problems.get(`templates.${name}`)
  const example = unit === undefined ? '{name} {value}: {effect}.' : '{value, plural, one {…} other {…}}: {effect}.'
  return (
    <Fold
      hasProblem={mine.length > 0}
      summary={
        <>
          <span className="font-medium">{displayName}</span>
          {displayName !== name && <code className="min-w-0 text-xs break-all text-ink-muted">{name}</code>}
          <span className="ml-auto flex flex-wrap gap-1">
            {mine.length > 0 && <Badge state="problem">{mine.length === 1 ? 'a problem' : `${mine.length} problems`}</Badge>}
            {draft.isForbidden && <Badge state="attention">never cited</Badge>}
            {field.isSensitive && <Badge>sensitive</Badge>}
            {isFieldChanged(draft) && !draft.isForbidden && <Badge>own words</Badge>}
          </span>
        </>
      }
    >
      {general !== undefined && <p role="alert" className="text-sm font-medium text-problem">{general}</p>}
      <Checkbox
        label="Never cite this field"
        hint="It is left out of every sentence, letter and answer. Where it would have been a principal reason, an incident opens."
        checked={draft.isForbidden}
        onChange={(event) => onChange({ isForbidden: event.target.checked })}
      />
      <TwoTexts label="Name" texts={draft.name} placeholder={{ en: displayName }} most={100} path={`names.${name}`} problems={problems} onChange={(texts) => onChange({ name: texts })} />
      {!draft.isForbidden &&
        KINDS.map((kind) => (
          <TwoTexts
            key={kind} label={KIND_LABELS[kind]} texts={draft[kind]} path={`templates.${name}.${kind}`} problems={problems} rows={2}
            placeholder={kind === 'raised' && !field.isSensitive ? { en: example } : {}}
            onChange={(texts) => onChange({ [kind]: texts })}
          />
        ))}
      {Object.keys(draft.labels).length > 0 && (
        <details className="text-sm">
          <summary className="min-h-6 cursor-pointer">Words for its values ({Object.keys(draft.labels).length})</summary>
          <div className="mt-2 grid gap-3">
            {Object.entries(draft.labels).map(([code, texts]) => (
              <TwoTexts
                key={code} label={field.categoryLabels?.[code] ?? code} texts={texts} placeholder={{ en: field.categoryLabels?.[code] ?? code }} most={200}
                path={`labels.${name}.${code}`} problems={problems}
                onChange={(label) => onChange({ labels: { ...draft.labels, [code]: label } })}
              />
            ))}
          </div>
        </details>
      )}
      <Changes field={field} draft={draft} onChange={onChange} problems={problems} />
    </Fold>
  )
}

/** What a letter may say could have been different. */
function Changes({ field, draft, onChange, problems }: FieldSettingsProps) {
  const numbers = [
    { member: 'min', label: 'No less than' },
    { member: 'max', label: 'No more than' },
    { member: 'step', label: 'In steps of' },
  ] as const
  return (
    <fieldset className="grid gap-3 sm:grid-cols-2 xl:grid-cols-5">
      <legend className="mb-1 text-sm font-medium">What the customer could change</legend>
      <Field label="Can be changed" error={problems.get(`changes.${field.name}`)}>
        {(control) => (
          <Select
            {...control} value={draft.isActionable}
            options={[{ value: '', label: `as registered (${field.isActionable ? 'yes' : 'no'})` }, { value: 'yes', label: 'yes' }, { value: 'no', label: 'no' }]}
            onChange={(event) => onChange({ isActionable: event.target.value as FieldDraft['isActionable'] })}
          />
        )}
      </Field>
      {field.isNumber && (
        <Field label="Direction" error={problems.get(`changes.${field.name}.direction`)}>
          {(control) => (
            <Select
              {...control} value={draft.direction}
              options={[{ value: 'any', label: 'up or down' }, { value: 'up', label: 'only up' }, { value: 'down', label: 'only down' }]}
              onChange={(event) => onChange({ direction: event.target.value as FieldDraft['direction'] })}
            />
          )}
        </Field>
      )}
      {field.isNumber &&
        numbers.map(({ member, label }) => (
          <Field key={member} label={label} error={problems.get(`changes.${field.name}.${member}`)}>
            {(control) => <Input {...control} inputMode="decimal" value={draft[member]} onChange={(event) => onChange({ [member]: event.target.value })} />}
          </Field>
        ))}
    </fieldset>
  )
}
