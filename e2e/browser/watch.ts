// What a page must never do while a person uses it: warn, throw, ask for what is not there.
import type { BrowserContext, Page } from '@playwright/test'

/** Collects the complaints of every page of a context; answers with a provoked status are none. */
export function watched(context: BrowserContext, provoked: ReadonlySet<number>): string[] {
  const complaints: string[] = []
  const isProvoked = (text: string) => [...provoked].some((status) => text.startsWith('Failed to load resource') && text.includes(`status of ${status}`))
  const watch = (page: Page) => {
    const add = (what: string) => complaints.push(`${page.url()}: ${what}`)
    page.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type()) || isProvoked(message.text())) return
      add(`${message.type()}: ${message.text()}`)
    })
    page.on('pageerror', (error) => add(`threw ${error.message}`))
    page.on('requestfailed', (request) => {
      // A page that is left takes its open requests along; a download leaves the page's hands.
      const reason = request.failure()?.errorText
      if (reason !== 'net::ERR_ABORTED') add(`${request.method()} ${request.url()} failed: ${reason}`)
    })
    page.on('response', (response) => {
      if (response.status() < 400 || provoked.has(response.status())) return
      add(`${response.request().method()} ${response.url()} answered ${response.status()}`)
    })
  }
  context.pages().forEach(watch)
  context.on('page', watch)
  return complaints
}
