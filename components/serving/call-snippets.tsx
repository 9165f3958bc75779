'use client'

import { parseAsStringLiteral, useQueryStates } from 'nuqs'
import { Button } from '@/components/ui/button'
import { CodeBlock } from '@/components/ui/code-block'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { LANGUAGE_LABELS, PROTOCOL_LABELS, SNIPPET_LANGUAGES, SNIPPET_PROTOCOLS, snippetOf, type SnippetCall, type SnippetProtocol } from '@/lib/protocols/snippets'

/** How a program calls the model, in the language it is written in and the protocol it speaks. */
export function CallSnippets({ call }: { call: SnippetCall }) {
  const [{ language, protocol }, choose] = useQueryStates({
    language: parseAsStringLiteral(SNIPPET_LANGUAGES).withDefault('curl'),
    protocol: parseAsStringLiteral(SNIPPET_PROTOCOLS).withDefault('flightdeck'),
  })
  const label = LANGUAGE_LABELS[language]
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <div role="group" aria-label="Language" className="flex flex-wrap gap-1">
          {SNIPPET_LANGUAGES.map((one) => (
            <Button key={one} size="small" variant={one === language ? 'secondary' : 'quiet'} aria-pressed={one === language} onClick={() => void choose({ language: one })}>
              {LANGUAGE_LABELS[one]}
            </Button>
          ))}
        </div>
        <Field label="Protocol" className="w-48">
          {(control) => (
            <Select
              {...control}
              value={protocol}
              options={SNIPPET_PROTOCOLS.map((one) => ({ value: one, label: PROTOCOL_LABELS[one] }))}
              onChange={(event) => void choose({ protocol: event.target.value as SnippetProtocol })}
            />
          )}
        </Field>
      </div>
      <CodeBlock code={snippetOf(language, protocol, call)} label={language === 'power-query' ? 'Power Query code for Excel' : `${label} code`} />
    </div>
  )
}
