// Every page, at both sizes: no complaint of the browser (the watch of journey.ts), nothing wider than the screen, axe.
import { ROLES } from '@/lib/access/contract'
import { done } from './browser/api'
import { expect, navigate, test } from './browser/journey'
import { expectAccessible, expectNoOverflow } from './browser/quality'

for (const role of ROLES) {
  test(`every page in the navigation of the ${role} opens`, async ({ page, become }) => {
    await become(role)
    await page.goto('/')
    const links = page.locator('nav[aria-label="Main"]').first().getByRole('link', { includeHidden: true })
    const names = (await links.locator('span.truncate').allTextContents()).map((text) => text.trim())
    expect(names.length).toBeGreaterThan(5)
    for (const name of names) {
      await navigate(page, name)
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(name === 'Guide and API' ? /\w/ : name)
      await expectNoOverflow(page)
    }
  })
}

const MODEL_PAGES = ['', '/versions', '/versions/3', '/compare?v=1&v=3', '/releases', '/monitoring', '/monitoring/credit_amount', '/explanations', '/explanations/field', '/explanations/groups', '/explanations/changes', '/kpis', '/predictions', '/reasons', '/settings'].map(
  (path) => `/models/credit-risk${path}`,
)

test('the pages of a model can be used by everybody', async ({ page, become }) => {
  test.slow()
  await become('operator')
  for (const path of [...MODEL_PAGES, '/models/price-optimiser/kpis', '/models/no-show-risk/monitoring', '/models/new']) {
    await test.step(path, async () => {
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expectNoOverflow(page)
      await expectAccessible(page)
    })
  }
})

test('the other pages can be used by everybody', async ({ page, api, become }) => {
  test.slow()
  const admin = await api('admin')
  const { promotions } = await done(admin<{ promotions: { id: string }[] }>('GET', '/promotions?limit=100'))
  const { incidents } = await done(admin<{ incidents: { id: string }[] }>('GET', '/incidents'))
  const { predictions } = await done(admin<{ predictions: { id: string }[] }>('GET', '/predictions?model=credit-risk&limit=1'))
  await page.goto('/sign-in')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expectNoOverflow(page)
  await expectAccessible(page)
  await become('admin')
  const paths = [
    '/', '/models', '/promotions', `/promotions/${promotions.at(-1)?.id}`, '/incidents', `/incidents/${incidents[0]?.id}`,
    '/predictions', `/predictions/${predictions[0]?.id}`, `/predictions/${predictions[0]?.id}/letter`, '/audit', '/evidence', '/reviews', '/settings/people', '/settings/tokens', '/settings/channels', '/docs/roles', '/docs/api',
  ]
  for (const path of paths) {
    await test.step(path, async () => {
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expectNoOverflow(page)
      // The reference repeats one form a hundred times: a part of it stands for all.
      await expectAccessible(page, path === '/docs/api' ? '#serving' : undefined)
    })
  }
})

test('what is not there is said, with a way on', async ({ page, become, provokes }) => {
  provokes(404)
  await become('viewer')
  for (const path of ['/models/never-there', '/models/credit-risk/versions/99', '/promotions/x', '/incidents/x', '/predictions/x', '/never/there']) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 }), path).toBeVisible()
    await expect(page.getByRole('main'), path).toHaveCount(1)
    await expect(page.getByRole('link', { name: 'Go to the first page' }), path).toBeVisible()
  }
})

test('the keyboard leads everywhere', async ({ page, become }) => {
  await become('viewer')
  await page.goto('/')
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()

  await page.keyboard.press('Tab')
  const skip = page.getByRole('link', { name: 'Skip to the content' })
  await expect(skip).toBeFocused()
  await expect(skip).toBeInViewport()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()

  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keyboard' })
  await expect(help).toContainText('Search pages and models')
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(help).toHaveCount(0)

  await page.keyboard.press('ControlOrMeta+k')
  const search = page.getByRole('dialog', { name: 'Search pages and models' })
  await expect(search.getByRole('option', { name: 'No-show risk' })).toBeVisible()
  await expectAccessible(page)
  await search.getByRole('combobox').fill('no-show')
  await expect(search.getByRole('option').first()).toHaveText('No-show risk')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No-show risk')
})
