'use client'

import Link from 'next/link'
import { useState } from 'react'
import { Card } from '@/components/ui/card'
import type { SnippetValue } from '@/lib/protocols/snippets'
import { CallSnippets } from './call-snippets'
import { inputsOf, textOf } from './inputs-form'
import { TryItForm, type Texts, type TryItFormProps } from './try-it-form'

export interface ServingDeskProps extends Omit<TryItFormProps, 'texts' | 'setTexts'> {
  /** Of this installation. */
  address: string
  /** A row to begin with, by field name. */
  example: Readonly<Record<string, SnippetValue>>
  mayPredict: boolean
}

/** One row, tried here or written down as code: what is changed in the form changes in the code. */
export function ServingDesk({ address, example, mayPredict, ...form }: ServingDeskProps) {
  const { fields } = form.signature
  const [texts, setTexts] = useState<Texts>(() => Object.fromEntries(fields.map(({ name }) => [name, textOf(example[name])])))
  const row = inputsOf(fields, texts) as Record<string, SnippetValue>
  return (
    <>
      {mayPredict && (
        <Card title="Try it" description="With a row of the reference; change what you like.">
          <TryItForm {...form} texts={texts} setTexts={setTexts} />
        </Card>
      )}
      <Card
        title="How does a program call it?"
        description={
          <>
            With the row {mayPredict ? 'above' : 'of the reference'}. The token is one with the scope predict (
            <Link href="/docs/tokens" className="link">tokens</Link>, <Link href="/docs/protocols" className="link">protocols</Link>).
          </>
        }
      >
        <CallSnippets call={{ address, model: form.model.slug, environment: form.environment, fields, row }} />
      </Card>
    </>
  )
}
