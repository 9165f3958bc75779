'use client'

import { useState } from 'react'
import { Dialog } from '@/components/ui/dialog'
import { Kbd } from '@/components/ui/kbd'
import { Switch } from '@/components/ui/switch'
import { useSingleKey, useSingleKeys } from './shortcuts'

const SHORTCUTS = [
  { keys: ['⌘', 'K'], or: ['Ctrl', 'K'], does: 'Search pages and models' },
  { keys: ['/'], does: 'Go to the search field of this page' },
  { keys: ['?'], does: 'Show this help' },
  { keys: ['←', '→'], does: 'Walk through the points of a focused chart' },
  { keys: ['Esc'], does: 'Close what is open' },
]

/** `?` anywhere; `/` jumps to the page's own search field. */
export function ShortcutsHelp() {
  const [isOpen, setIsOpen] = useState(false)
  const [singleKeys, setSingleKeys] = useSingleKeys()
  useSingleKey('?', () => setIsOpen(true))
  useSingleKey('/', () => document.querySelector<HTMLElement>('main [role="search"] input')?.focus())

  return (
    <Dialog title="Keyboard" open={isOpen} onOpenChange={setIsOpen}>
      <dl className="grid gap-2 text-sm">
        {SHORTCUTS.map((shortcut) => (
          <div key={shortcut.does} className="flex items-center justify-between gap-4">
            <dt className="text-ink-muted">{shortcut.does}</dt>
            <dd className="flex items-center gap-1 whitespace-nowrap">
              {shortcut.keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
              {shortcut.or && <span className="px-0.5 text-xs text-ink-muted">or</span>}
              {shortcut.or?.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <Switch
        className="mt-4 border-t pt-4"
        label="Single-key shortcuts"
        hint="Switch off / and ? if they get in the way of speech input or other tools."
        checked={singleKeys}
        onChange={(event) => setSingleKeys(event.target.checked)}
      />
    </Dialog>
  )
}
