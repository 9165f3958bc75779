import type { Metadata } from 'next'
import { NothingHere } from '@/components/layout/nothing-here'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <main id="main" className="grid min-h-[60dvh] place-items-center">
      <NothingHere />
    </main>
  )
}
