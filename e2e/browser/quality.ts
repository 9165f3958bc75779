// What every view owes every person: it fits the screen, and a screen reader and a keyboard can use it.
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from './journey'

/** WCAG 2.2 AA; the size of targets is looked at only when asked for by its tag. */
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

export async function expectNoOverflow(page: Page): Promise<void> {
  // Not window.innerWidth: a phone zooms out of a page that is too wide, and then it fits.
  const content = await page.evaluate(() => document.documentElement.scrollWidth)
  expect.soft(content, `width of ${page.url()}`).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0)
}

/** No serious or critical finding of axe. In the dark only colours are looked at: all else is the same page. */
export async function expectAccessible(page: Page, within = 'html'): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  expect.soft(await findings(page, within), `axe on ${page.url()}, light`).toEqual([])
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  await expect(page.locator('html')).toHaveClass(/dark/)
  expect.soft(await findings(page, within, 'color-contrast'), `axe on ${page.url()}, dark`).toEqual([])
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
}

async function findings(page: Page, within: string, rule?: string): Promise<string[]> {
  // There are no frames, so nothing needs the slower way through a second page.
  const builder = new AxeBuilder({ page }).setLegacyMode(true).include(within)
  const { violations } = await (rule === undefined ? builder.withTags(WCAG) : builder.withRules(rule)).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} (${node.any[0]?.message ?? node.failureSummary ?? ''})`))
}
