// What every journey has: people who sign in, the API as they may call it, and a watch on what the browser complains about.
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test'
import type { Role } from '@/lib/access/contract'
import { signInCookie } from '../server/session'
import { apiOf, type Api } from './api'
import { watched } from './watch'

const ACCOUNTS: Record<Role, { name: string; email: string }> = {
  viewer: { name: 'Mara Lindt', email: 'mara.lindt@demo.flightdeck.example' },
  operator: { name: 'Owen Park', email: 'owen.park@demo.flightdeck.example' },
  approver: { name: 'Ada Quist', email: 'ada.quist@demo.flightdeck.example' },
  auditor: { name: 'Ravi Stone', email: 'ravi.stone@demo.flightdeck.example' },
  admin: { name: 'Noor Hale', email: 'noor.hale@demo.flightdeck.example' },
}

interface Fixtures {
  /** The server's address. */
  url: string
  /** Names of this run: both sizes run against the same data. */
  unique: (name: string) => string
  /** Answers with this status are provoked by the journey and no complaint. */
  provokes: (status: number) => void
  watch: Set<number>
  /** Signs in as a visitor of the demo does: one click on the sign-in page. */
  clickAccount: (role: Role) => Promise<void>
  /** Signs in without the page. */
  become: (role: Role) => Promise<void>
  api: (role: Role) => Promise<Api>
}

interface WorkerFixtures {
  /** One session for each role: signing in is limited for each address. */
  sessions: Map<Role, Promise<string>>
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  sessions: [
    async ({}, use) => use(new Map()),
    { scope: 'worker' },
  ],
  url: async ({ baseURL }, use) => {
    if (baseURL === undefined) throw new Error('playwright.config.ts sets no baseURL')
    await use(baseURL)
  },
  unique: async ({}, use, testInfo) => use((name) => `${name}-${testInfo.project.name}`),
  watch: [
    async ({ context }, use) => {
      const provoked = new Set<number>()
      const complaints = watched(context, provoked)
      await use(provoked)
      expect(complaints, 'what the browser complained about').toEqual([])
    },
    { auto: true },
  ],
  provokes: async ({ watch }, use) => use((status) => void watch.add(status)),
  clickAccount: async ({ page }, use) =>
    use(async (role) => {
      await page.goto('/sign-in')
      await page.getByRole('button', { name: `${ACCOUNTS[role].name}, ${role}` }).click()
      await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()
    }),
  become: async ({ context, url, sessions }, use) => use(async (role) => wear(context, url, await sessionOf(sessions, url, role))),
  api: async ({ url, sessions }, use) => use(async (role) => apiOf(url, { cookie: await sessionOf(sessions, url, role) })),
})

export { expect, type Page }

function sessionOf(sessions: Map<Role, Promise<string>>, url: string, role: Role): Promise<string> {
  const present = sessions.get(role)
  if (present) return present
  const made = signInCookie(url, ACCOUNTS[role].email)
  sessions.set(role, made)
  return made
}

/** Replaces the session of a browser by another one. */
export async function wear(context: BrowserContext, url: string, cookies: string): Promise<void> {
  await context.clearCookies()
  await context.addCookies(
    cookies.split('; ').map((cookie) => {
      const at = cookie.indexOf('=')
      return { name: cookie.slice(0, at), value: cookie.slice(at + 1), url }
    }),
  )
}

/** Follows a link of the main navigation, which phones keep behind a button. */
export async function navigate(page: Page, name: string): Promise<void> {
  const menu = page.getByRole('button', { name: 'Open navigation' })
  if (await menu.isVisible()) await menu.click()
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: new RegExp(`^${name}`) }).click()
}
