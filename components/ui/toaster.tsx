'use client'

import { useTheme } from 'next-themes'
import { Toaster as Sonner } from 'sonner'

/** Where `toast` of sonner appears. What a person must not miss belongs on the page, not in a toast. */
export function Toaster() {
  const { resolvedTheme } = useTheme()
  return (
    <Sonner
      theme={resolvedTheme === 'dark' ? 'dark' : 'light'}
      position="bottom-right"
      duration={6000}
      closeButton
      toastOptions={{
        classNames: { toast: '!font-sans !bg-surface !text-ink !border-line !shadow-raised', description: '!text-ink-muted' },
      }}
    />
  )
}
