// A person tries a model on its serving page, gets the answer with its reasons, sees it pass in the live list and opens it.
import { expect, test } from './browser/journey'
import { release } from './browser/own-model'
import { expectAccessible, expectNoOverflow } from './browser/quality'

test('what is tried is answered with reasons, passes in the live list, and is in the log', async ({ page, api, become, unique, provokes }) => {
  provokes(422)
  const model = { slug: unique('served-risk'), name: unique('Served risk') }
  await release(await api('operator'), await api('approver'), model, 'credit-union/v1')
  await become('operator')
  await page.goto(`/models/${model.slug}/serving`)
  const live = page.getByRole('list', { name: 'Latest predictions' })
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await expect(live).toHaveCount(0)

  const duration = page.getByRole('textbox', { name: /^Duration/ })
  await duration.fill('long')
  await page.getByRole('button', { name: 'Predict', exact: true }).click()
  await expect(duration).toHaveAttribute('aria-invalid', 'true')
  await expect(duration).toHaveAccessibleDescription(/must be a number/)
  await duration.fill('24')
  await page.getByRole('button', { name: 'Predict', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Why', exact: true })).toBeVisible()
  const logged = page.getByRole('link', { name: 'Open the logged prediction' })
  const path = (await logged.getAttribute('href')) ?? ''
  await expect(live.locator(`a[href="${path}"]`)).toBeVisible()
  await expect(live).toContainText('Owen Park')

  // The code has the row of the form, in every language.
  for (const language of ['curl', 'Python', 'TypeScript', 'Java', 'C#', 'Excel']) {
    await page.getByRole('button', { name: language, exact: true }).click()
    await expect(page.locator('pre')).toContainText(/duration_in_month"? ?[:=] 24/)
  }
  await page.getByRole('combobox', { name: 'Protocol' }).selectOption({ label: 'Open Inference v2' })
  await expect(page.locator('pre')).toContainText(`/v2/models/${model.slug}/infer`)
  await expect(page).toHaveURL(/language=power-query&protocol=open-inference|protocol=open-inference&language=power-query/)

  await page.getByRole('button', { name: 'Another row' }).click()
  await expect(duration).not.toHaveValue('')
  await expectAccessible(page)
  await expectNoOverflow(page)

  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByText('Paused', { exact: true })).toBeVisible()
  await page.mouse.move(0, 0)
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await live.locator(`a[href="${path}"]`).click()
  await expect(page).toHaveURL(new RegExp(`${path}$`))
  await expect(page.getByRole('main').getByText('Owen Park').first()).toBeVisible()
})

test('a version that is not released is tried by its number, by who may', async ({ page, api, become, unique }) => {
  const model = { slug: unique('tried-risk'), name: unique('Tried risk') }
  await release(await api('operator'), await api('approver'), model, 'credit-union/v1')
  await become('operator')
  await page.goto(`/models/${model.slug}/serving?environment=staging`)
  await expect(page.getByText('Nothing is released in staging')).toBeVisible()
  await page.getByRole('combobox', { name: 'Who answers' }).selectOption({ label: 'Version 1' })
  await expect(page).toHaveURL(/version=1/)
  await page.getByRole('button', { name: 'Predict', exact: true }).click()
  await expect(page.getByText('version 1, which is not released here')).toBeVisible()
  await page.getByRole('link', { name: 'Open the logged prediction' }).click()
  await expect(page).toHaveURL(/\/predictions\//)
  await expect(page.getByRole('main').getByText('Owen Park').first()).toBeVisible()
})

test('a viewer watches, and tries nothing', async ({ page, become }) => {
  await become('viewer')
  await page.goto('/models/no-show-risk/serving')
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Predict', exact: true })).toHaveCount(0)
  await expect(page.getByRole('heading', { name: 'How does a program call it?' })).toBeVisible()
  await expectAccessible(page)
  await expectNoOverflow(page)
})
