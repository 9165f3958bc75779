'use client'

import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Textarea } from '@/components/ui/textarea'
import type { Texts } from './reason-draft'

export interface TwoTextsProps {
  label: string
  texts: Texts
  onChange: (texts: Texts) => void
  /** Where the texts stand in the settings, so that a problem at `path.de` is shown at the German one. */
  path: string
  problems: ReadonlyMap<string, string>
  hint?: string
  placeholder?: Partial<Texts>
  rows?: number
  most?: number
}

const LANGUAGES = [
  { locale: 'en', name: 'English' },
  { locale: 'de', name: 'German' },
] as const

/** The same text in English and German, beside each other where there is room. */
export function TwoTexts({ label, texts, onChange, path, problems, hint, placeholder, rows, most = 300 }: TwoTextsProps) {
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {LANGUAGES.map(({ locale, name }) => (
        <Field key={locale} label={`${label}, ${name}`} hint={locale === 'en' ? hint : undefined} error={problems.get(`${path}.${locale}`)}>
          {(control) => {
            const shared = {
              ...control, value: texts[locale], maxLength: most, placeholder: placeholder?.[locale], lang: locale, spellCheck: true,
              onChange: (event: { target: { value: string } }) => onChange({ ...texts, [locale]: event.target.value }),
            }
            return rows === undefined ? <Input {...shared} /> : <Textarea {...shared} rows={rows} />
          }}
        </Field>
      ))}
    </div>
  )
}
