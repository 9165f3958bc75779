import type { ReactNode } from 'react'
import { Logo } from '@/components/layout/logo'

/** The frame of the pages before the door: sign-in and set-up. */
export function EntryCard({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main id="main" className="grid min-h-dvh place-items-center bg-canvas px-4 py-8">
      <div className="w-full max-w-md rounded-lg border bg-surface p-6 shadow-card">
        <Logo className="mb-4 size-8" />
        <h1 className="mb-5 text-xl">{title}</h1>
        {children}
      </div>
    </main>
  )
}
