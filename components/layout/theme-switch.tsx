'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { useTheme } from 'next-themes'
import { Button } from '@/components/ui/button'
import { DropdownMenu, MenuItem } from '@/components/ui/dropdown-menu'

const THEMES = [
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
  { value: 'system', label: 'As the system', icon: Monitor },
]

export function ThemeSwitch() {
  const { theme, setTheme } = useTheme()
  return (
    <DropdownMenu
      trigger={
        <Button variant="quiet" size="icon" aria-label="Theme">
          {/* Both are sent and CSS shows one: the server does not know the theme. */}
          <Sun aria-hidden className="dark:hidden" />
          <Moon aria-hidden className="hidden dark:block" />
        </Button>
      }
    >
      {THEMES.map(({ value, label, icon: Icon }) => (
        <MenuItem key={value} onSelect={() => setTheme(value)}>
          <Icon aria-hidden />
          {label}
          {theme === value && <span className="ml-auto text-xs text-ink-muted">chosen</span>}
        </MenuItem>
      ))}
    </DropdownMenu>
  )
}
