'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { CodeBlock } from '@/components/ui/code-block'
import { snippetsOf, type SnippetCall } from './snippets'

/** How a program calls the model, in the language it is written in. */
export function CallSnippets(call: SnippetCall) {
  const snippets = snippetsOf(call)
  const [chosen, setChosen] = useState('curl')
  const shown = snippets.find((snippet) => snippet.label === chosen) ?? snippets[0]
  return (
    <div className="grid gap-2">
      <div role="group" aria-label="Language" className="flex flex-wrap gap-1">
        {snippets.map(({ label }) => (
          <Button key={label} size="small" variant={label === shown?.label ? 'secondary' : 'quiet'} aria-pressed={label === shown?.label} onClick={() => setChosen(label)}>
            {label}
          </Button>
        ))}
      </div>
      {shown && <CodeBlock code={shown.code} label={`${shown.label} code`} />}
    </div>
  )
}
