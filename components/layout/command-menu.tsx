'use client'

import { Search } from 'lucide-react'
import dynamic from 'next/dynamic'
import { usePathname } from 'next/navigation'
import { useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Kbd } from '@/components/ui/kbd'
import type { NavigationGroup } from './navigation'
import { rememberPage } from './recent-pages'
import { useCommandKey } from './shortcuts'

const CommandDialog = dynamic(() => import('./command-dialog').then((module) => module.CommandDialog), { ssr: false })

export interface CommandMenuProps {
  groups: readonly NavigationGroup[]
}

/** The button in the header and ⌘K; the menu's code comes with its first opening. */
export function CommandMenu({ groups }: CommandMenuProps) {
  const [isOpen, setIsOpen] = useState(false)
  const [isNeeded, setIsNeeded] = useState(false)
  const pathname = usePathname()

  function change(next: boolean): void {
    if (next) setIsNeeded(true)
    setIsOpen(next)
  }

  useCommandKey('k', () => change(!isOpen))

  useEffect(() => {
    // The title of a new page is set after its address.
    const timer = setTimeout(() => {
      const title = document.title.split(' · ')[0] ?? ''
      if (title !== '') rememberPage({ href: pathname, title })
    }, 1000)
    return () => clearTimeout(timer)
  }, [pathname])

  return (
    <>
      <Button
        onClick={() => change(true)}
        aria-label="Search pages and models"
        aria-keyshortcuts="Meta+K Control+K"
        className="border-line bg-sunken font-normal text-ink-muted max-sm:size-9 max-sm:border-transparent max-sm:bg-transparent max-sm:px-0 sm:w-56 sm:justify-start"
      >
        <Search aria-hidden />
        <span className="flex-1 text-left max-sm:hidden">Search</span>
        <span aria-hidden className="max-sm:hidden">
          <Kbd>⌘K</Kbd>
        </span>
      </Button>
      {isNeeded && <CommandDialog groups={groups} open={isOpen} onOpenChange={change} />}
    </>
  )
}
