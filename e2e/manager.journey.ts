// A manager reads the first page and follows the drift incident to the field's chart, in business words.
import { expect, test } from './browser/journey'

test('a manager reads what needs a person and follows the drift to its chart', async ({ page, clickAccount }) => {
  await clickAccount('viewer')

  const needed = page.getByRole('region', { name: 'Needs a person' })
  const drift = needed.getByRole('link', { name: /No-show risk: Age and Waiting time differ from what the model knows/ })
  await expect(drift).toContainText(/Patients are younger than the model knows: median about \d+\syears, was about \d+/)
  await expect(needed.getByRole('link', { name: /To decide Credit risk: version 3 to production/ })).toContainText('Owen Park asks')

  const fleet = page.getByRole('region', { name: 'Fleet' })
  for (const name of ['Credit risk', 'No-show risk', 'Price optimiser']) {
    const card = fleet.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) })
    await expect(card).toContainText('in production since')
    await expect(card.getByRole('img', { name: /^Predictions a day over 14 days/ })).toBeVisible()
    await expect(card.getByRole('term')).toHaveText(['Data', 'Results', 'Errors', 'Speed'])
  }
  const shop = fleet.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Price optimiser' }) })
  await expect(shop).toContainText(/canary v2, 50\s%/)
  // Words before statistics: the first page has no measure's name on it.
  await expect(page.getByRole('main')).not.toContainText(/PSI|Jensen/)

  await drift.click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Age and Waiting time differ from what the model knows')
  await page.getByRole('link', { name: /^Patients are younger than the model knows/ }).click()

  await expect(page.getByRole('heading', { name: 'Is Age still what the model was trained on?' })).toBeVisible()
  await expect(page.getByRole('note').first()).toContainText('Patients are younger than the model knows')
  const since = page.getByRole('figure', { name: 'Since when?' })
  await expect(since.getByRole('listitem').filter({ hasText: 'Limit' })).toBeVisible()
  const distribution = page.getByRole('figure', { name: 'What came, and what does the model know?' })
  await expect(distribution.getByRole('application')).toBeVisible()
  await distribution.getByRole('button', { name: 'Show as table' }).click()
  await expect(distribution.getByRole('table')).toBeVisible()
  await expect(distribution.getByRole('columnheader', { name: 'Reference' })).toBeVisible()
})
