'use client'

import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { classNames } from './class-names'
import { Input } from './input'

export interface SearchInputProps {
  /** Names the field for screen readers ("Search models"). */
  label: string
  value: string
  /** Called when typing pauses, on Enter and on clear. */
  onSearch: (value: string) => void
  placeholder?: string
  delayMs?: number
  className?: string
}

export function SearchInput({ label, value, onSearch, placeholder, delayMs = 250, className }: SearchInputProps) {
  const [text, setText] = useState(value)
  const [seen, setSeen] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  // The address changed from outside (back button, reset): follow it.
  if (seen !== value) {
    setSeen(value)
    setText(value)
  }

  useEffect(() => () => clearTimeout(timer.current), [])

  function search(next: string, waitMs: number): void {
    setText(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      setSeen(next)
      onSearch(next)
    }, waitMs)
  }

  return (
    <div role="search" className={classNames('relative w-full sm:w-64', className)}>
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-subtle" />
      <Input
        type="text"
        inputMode="search"
        enterKeyHint="search"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={text}
        autoComplete="off"
        onChange={(event) => search(event.target.value, delayMs)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') search(text, 0)
          if (event.key === 'Escape' && text !== '') search('', 0)
        }}
        className="px-8"
      />
      {text !== '' && (
        <button
          type="button"
          aria-label="Clear search"
          onClick={() => search('', 0)}
          className="absolute top-1/2 right-1 grid size-6 -translate-y-1/2 place-items-center rounded-sm text-ink-muted hover:text-ink"
        >
          <X aria-hidden className="size-4" />
        </button>
      )}
    </div>
  )
}
