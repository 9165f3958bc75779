'use client'

import { LogOut, UserRound } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { DropdownMenu, MenuItem, MenuLabel, MenuSeparator } from '@/components/ui/dropdown-menu'
import type { Account } from './navigation'

export interface AccountMenuProps {
  account: Account
  /** Where a person lands after signing out. */
  signInHref: string
}

export function AccountMenu({ account, signInHref }: AccountMenuProps) {
  const [isLeaving, setIsLeaving] = useState(false)

  async function leave(): Promise<void> {
    setIsLeaving(true)
    const { signOut } = await import('next-auth/react')
    await signOut({ callbackUrl: signInHref })
  }

  return (
    <DropdownMenu
      trigger={
        <Button variant="quiet" loading={isLeaving} aria-label={`Account of ${account.name}, ${account.role}`} className="max-sm:px-2">
          <UserRound aria-hidden />
          <span className="max-w-36 truncate max-sm:hidden">{account.name}</span>
          <span className="rounded-sm border px-1 text-xs font-normal text-ink-muted max-sm:hidden">{account.role}</span>
        </Button>
      }
    >
      <MenuLabel>
        <span className="block font-medium text-ink">{account.name}</span>
        <span className="block">{account.email}</span>
        <span className="block">Role: {account.role}</span>
      </MenuLabel>
      <MenuSeparator />
      <MenuItem onSelect={leave}>
        <LogOut aria-hidden />
        Sign out
      </MenuItem>
    </DropdownMenu>
  )
}
