'use client'

import { Menu } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Sheet } from '@/components/ui/sheet'
import type { NavigationGroup } from './navigation'
import { NavigationLinks } from './navigation-links'

export interface MobileNavigationProps {
  title: string
  groups: readonly NavigationGroup[]
}

export function MobileNavigation({ title, groups }: MobileNavigationProps) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Sheet
      title={title}
      open={isOpen}
      onOpenChange={setIsOpen}
      trigger={
        <Button variant="quiet" size="icon" aria-label="Open navigation" className="md:hidden">
          <Menu aria-hidden />
        </Button>
      }
    >
      <NavigationLinks groups={groups} onFollow={() => setIsOpen(false)} />
    </Sheet>
  )
}
