'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useMemo, useState, type FormEvent } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Card } from '@/components/ui/card'
import { errorText } from '@/components/ui/error-text'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { ApiError } from '@/lib/access/client'
import { setReasonSettings } from '@/lib/explanations/client'
import { DEFAULT_REASON_SETTINGS, type ReasonRevision, type ReasonSettings, type ReasonSettingsInput } from '@/lib/explanations/contract'
import { CodeList, GroupList } from './code-and-group-lists'
import { FieldSettings } from './field-settings'
import { LetterSettings } from './letter-settings'
import { draftOf, draftProblems, settingsOf, type DraftedField, type FieldDraft, type ReasonDraft } from './reason-draft'
import { PreviewCard, usePreview } from './reason-preview'
import { RevisionHistory } from './revision-history'
import { TwoTexts } from './two-texts'

/** Typing goes on this long before the preview is asked for again. */
const PAUSE_MS = 400

export interface ReasonSettingsFormProps {
  model: { slug: string; name: string }
  current: ReasonRevision
  revisions: readonly ReasonRevision[]
  fields: readonly DraftedField[]
  /** What the newest version was registered with, for the empty inputs. */
  registered: { score: string; above: string; below: string; hasDecision: boolean }
  letters: { en: string; de: string }
  mayChange: boolean
}

export function ReasonSettingsForm({ model, current, revisions, fields, registered, letters, mayChange }: ReasonSettingsFormProps) {
  const router = useRouter()
  const [draft, setDraft] = useState<ReasonDraft>(() => draftOf(current.settings, fields))
  const [basedOn, setBasedOn] = useState(current.revision)
  const [isBusy, setIsBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const [earlier, setEarlier] = useState(0)
  const saved = useMemo(() => JSON.stringify(settingsOf(draftOf(current.settings, fields))), [current, fields])
  const settings = settingsOf(draft)
  const asText = JSON.stringify(settings)
  const isChanged = asText !== saved
  const paused = usePaused(asText)
  const preview = usePreview(model.slug, useMemo(() => JSON.parse(paused) as ReasonSettingsInput, [paused]), earlier, mayChange)
  const problems = problemsOf(draft, failure, preview.error)
  const names = new Map(fields.map(({ name, displayName }) => [name, displayName]))
  const citable = fields.filter(({ name }) => draft.fields[name]?.isForbidden !== true)

  function change(part: Partial<ReasonDraft>): void {
    setDraft((present) => ({ ...present, ...part }))
    setFailure(null)
  }
  function changeField(name: string, part: Partial<FieldDraft>): void {
    const field = draft.fields[name]
    if (field) change({ fields: { ...draft.fields, [name]: { ...field, ...part } } })
  }
  function take(taken: ReasonSettings): void {
    change(draftOf(taken, fields))
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (draftProblems(draft).length > 0) return
    setIsBusy(true)
    setFailure(null)
    try {
      const { revision } = await setReasonSettings(model.slug, settings, basedOn)
      setBasedOn(revision)
      toast.success(`The reasons of ${model.name} are told by revision ${revision} from now on.`)
      router.refresh()
    } catch (error) {
      setFailure(error)
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <form onSubmit={(event) => void submit(event)} noValidate aria-label={`How reasons of ${model.name} are told`}>
        <fieldset disabled={!mayChange} className="grid min-w-0 gap-5">
          <Card title="The score" description="What the reasons are about, and which way is against the customer.">
            <div className="grid gap-4">
              <Field label="Against the customer is" className="sm:max-w-80">
                {(control) => (
                  <Select
                    {...control} value={draft.adverse}
                    options={[{ value: 'raised', label: 'what raises the score' }, { value: 'lowered', label: 'what lowers the score' }]}
                    onChange={(event) => change({ adverse: event.target.value === 'lowered' ? 'lowered' : 'raised' })}
                  />
                )}
              </Field>
              <TwoTexts label="The score in a sentence" hint="As the object: “raises the risk”." placeholder={{ en: registered.score, de: 'das Risiko' }} most={100} texts={draft.score} path="score" problems={problems} onChange={(score) => change({ score })} />
              {registered.hasDecision && (
                <>
                  <TwoTexts label="Decision from the threshold on" hint="As the letter says it." placeholder={{ en: registered.above }} most={200} texts={draft.above} path="decision.above" problems={problems} onChange={(above) => change({ above })} />
                  <TwoTexts label="Decision below it" placeholder={{ en: registered.below }} most={200} texts={draft.below} path="decision.below" problems={problems} onChange={(below) => change({ below })} />
                </>
              )}
            </div>
          </Card>
          <Card flush title="Fields" description={<>Sentences may have <code>{'{name}'}</code>, <code>{'{value}'}</code>, <code>{'{typical}'}</code>, <code>{'{effect}'}</code> (“raises the risk most”), <code>{'{strength}'}</code> and <code>{'{score}'}</code>. An empty one is made from name, value and unit.</>}>
            {fields.map((field) => {
              const one = draft.fields[field.name]
              return one && <FieldSettings key={field.name} field={field} draft={one} problems={problems} onChange={(part) => changeField(field.name, part)} />
            })}
          </Card>
          {Object.keys(draft.units).length > 0 && (
            <Card title="Units" description={<>How amounts are written, such as <code>{'{value, plural, one {# month} other {# months}}'}</code>.</>}>
              <div className="grid gap-3">
                {Object.entries(draft.units).map(([unit, texts]) => (
                  <TwoTexts key={unit} label={unit} texts={texts} placeholder={{ en: `{value} ${unit}` }} most={200} path={`units.${unit}`} problems={problems} onChange={(told) => change({ units: { ...draft.units, [unit]: told } })} />
                ))}
              </div>
            </Card>
          )}
          <Card flush title="Your list of reasons" description="Adverse-action reasons, each for the fields that it stands for. At most four are named to a customer.">
            <CodeList items={draft.codes} fields={citable} problems={problems} onChange={(codes) => change({ codes })} />
          </Card>
          <Card flush title="Groups" description="Fields that go together are one reason: what they contribute is added up before it is ranked.">
            <GroupList items={draft.groups} fields={citable} problems={problems} onChange={(groups) => change({ groups })} />
          </Card>
          <LetterSettings texts={draft.letter} defaults={letters} problems={problems} onChange={(letter) => change({ letter })} />
        </fieldset>
        {mayChange && (
          <div className="sticky bottom-0 z-10 mt-5 grid gap-3 border-t bg-canvas py-3">
            {failure !== null && (
              <Callout state="problem" title="Not saved" role="alert">
                {errorText(failure)}
              </Callout>
            )}
            <div className="flex flex-wrap items-center gap-2">
              <Button type="submit" variant="primary" loading={isBusy} disabled={!isChanged || draftProblems(draft).length > 0}>Save</Button>
              <Button disabled={!isChanged || isBusy} onClick={() => take(current.settings)}>Undo my changes</Button>
              <Button variant="quiet" disabled={isBusy} onClick={() => take(DEFAULT_REASON_SETTINGS)}>Reset to default</Button>
              <p role="status" className="text-sm text-ink-muted">{isChanged ? 'Not saved yet.' : ''}</p>
            </div>
          </div>
        )}
      </form>
      <div className="grid min-w-0 gap-5 lg:sticky lg:top-16 lg:max-h-[calc(100vh-5rem)] lg:overflow-y-auto">
        {mayChange && <PreviewCard preview={preview} earlier={earlier} onEarlier={setEarlier} fieldNames={names} />}
        <RevisionHistory revisions={revisions} {...(mayChange ? { onTake: (revision: ReasonRevision) => take(revision.settings) } : {})} />
      </div>
    </div>
  )
}

/** The text once it has stood still for a moment. */
function usePaused(text: string): string {
  const [paused, setPaused] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return paused
}

/** By path: what saving or the preview refused, and numbers that are none. */
function problemsOf(draft: ReasonDraft, ...errors: unknown[]): Map<string, string> {
  const refused = errors.flatMap((error) => (error instanceof ApiError ? error.fields : []))
  const problems = new Map<string, string>()
  for (const { path, message } of [...refused, ...draftProblems(draft)]) {
    const other = problems.get(path)
    if (other !== message) problems.set(path, other === undefined ? message : `${other} ${message}`)
  }
  return problems
}
