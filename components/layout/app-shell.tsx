import Link from 'next/link'
import type { ReactNode } from 'react'
import { AccountMenu } from './account-menu'
import { CommandMenu } from './command-menu'
import { Logo } from './logo'
import { MobileNavigation } from './mobile-navigation'
import type { Account, NavigationGroup } from './navigation'
import { NavigationLinks } from './navigation-links'
import { ShortcutsHelp } from './shortcuts-help'
import { ThemeSwitch } from './theme-switch'

export interface AppShellProps {
  /** Only what this person's role may open. */
  navigation: readonly NavigationGroup[]
  account: Account
  productName?: string
  /** In the header, left: what the whole view is about. Pages carry their own h1. */
  title?: ReactNode
  /** One line over the page ("Demo: data is simulated"). */
  notice?: ReactNode
  signInHref?: string
  children: ReactNode
}

export function AppShell(props: AppShellProps) {
  const { navigation, account, productName = 'Flightdeck', title, notice, signInHref = '/sign-in', children } = props
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[13.5rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="fixed top-2 left-2 z-60 -translate-y-16 rounded-md bg-primary px-3 py-2 text-sm font-medium text-on-primary focus:translate-y-0"
      >
        Skip to the content
      </a>
      <aside aria-label="Sidebar" className="sticky top-0 hidden h-dvh flex-col gap-4 overflow-y-auto border-r bg-surface p-3 md:flex">
        <ProductLink name={productName} />
        <NavigationLinks groups={navigation} />
      </aside>
      <div className="flex min-h-dvh min-w-0 flex-col">
        <header className="sticky top-0 z-30 flex h-13 items-center gap-1 border-b bg-surface px-3 sm:gap-2 md:px-6">
          <MobileNavigation title={productName} groups={navigation} />
          <div className="md:hidden">
            <ProductLink name={productName} />
          </div>
          {title !== undefined && <div className="min-w-0 truncate font-medium max-md:hidden">{title}</div>}
          <div className="ml-auto flex items-center gap-1 sm:gap-2">
            <CommandMenu groups={navigation} />
            <ThemeSwitch />
            <AccountMenu account={account} signInHref={signInHref} />
          </div>
        </header>
        {notice !== undefined && (
          <aside aria-label="Notice" className="border-b bg-sunken px-4 py-1.5 text-xs text-ink-muted md:px-6">
            {notice}
          </aside>
        )}
        <main id="main" tabIndex={-1} className="mx-auto w-full max-w-[90rem] flex-1 px-4 py-5 focus:outline-none md:px-6">
          {children}
        </main>
      </div>
      <ShortcutsHelp />
    </div>
  )
}

function ProductLink({ name }: { name: string }) {
  return (
    <Link href="/" className="flex min-h-8 items-center gap-2 rounded-md px-2 font-semibold tracking-tight">
      <Logo className="size-5" />
      {name}
    </Link>
  )
}
