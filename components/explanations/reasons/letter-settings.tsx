'use client'

import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/textarea'
import type { Texts } from './reason-draft'

const LANGUAGES = [
  { locale: 'en', name: 'English' },
  { locale: 'de', name: 'German' },
] as const
const PLACEHOLDERS = [
  { slot: 'reasons', means: 'the principal reasons, as a list' },
  { slot: 'changes', means: 'what could change, as a list' },
  { slot: 'decision', means: 'what was decided' },
  { slot: 'date', means: 'day of the decision' },
  { slot: 'today', means: 'day of the letter' },
  { slot: 'subject', means: 'the customer’s key, as it was sent' },
  { slot: 'reference', means: 'with it the decision is found again' },
  { slot: 'owner', means: 'who answers for the model' },
]

export interface LetterSettingsProps {
  texts: Texts
  defaults: Texts
  onChange: (texts: Texts) => void
  problems: ReadonlyMap<string, string>
}

/** The text of the letter in each language. */
export function LetterSettings({ texts, defaults, onChange, problems }: LetterSettingsProps) {
  return (
    <Card title="Letter to the customer" description="One page. A line or list with nothing to fill in is left out, and so is the paragraph of an empty list.">
      <div className="grid gap-4">
        <dl className="grid gap-x-4 gap-y-1 text-sm sm:grid-cols-2">
          {PLACEHOLDERS.map(({ slot, means }) => (
            <div key={slot} className="flex gap-2">
              <dt><code>{`{${slot}}`}</code></dt>
              <dd className="text-ink-muted">{means}</dd>
            </div>
          ))}
        </dl>
        {LANGUAGES.map(({ locale, name }) => (
          <div key={locale} className="grid gap-2">
            <Field label={`Text in ${name}`} error={problems.get(`letter.${locale}`)} hint={texts[locale] === '' ? 'Empty: the default text is used.' : undefined}>
              {(control) => <Textarea {...control} lang={locale} rows={texts[locale] === '' ? 4 : 16} maxLength={5000} value={texts[locale]} onChange={(event) => onChange({ ...texts, [locale]: event.target.value })} />}
            </Field>
            {texts[locale] === '' && (
              <Button size="small" className="justify-self-start" onClick={() => onChange({ ...texts, [locale]: defaults[locale] })}>
                Begin with the default text in {name}
              </Button>
            )}
          </div>
        ))}
      </div>
    </Card>
  )
}
