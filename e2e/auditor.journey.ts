// An auditor finds a decision by the customer's key, reads why, which version and who approved it, and checks the chain.
import { readFileSync } from 'node:fs'
import { apiOf, done } from './browser/api'
import { expect, navigate, test } from './browser/journey'
import { tokenFor } from './browser/own-model'

const OLD_DECISIONS: Record<string, number> = { desktop: 30, mobile: 40 }

test('an auditor finds a decision, its reasons, its version and its approval', async ({ page, api, url, unique, clickAccount }) => {
  const customer = unique('C-9001')
  const { inputs } = await done((await api('operator'))<{ inputs: unknown }>('GET', '/models/credit-risk/example'))
  const program = apiOf(url, { token: (await tokenFor(await api('admin'), unique('Loan desk of the auditor'), { scopes: ['predict'] })).secret })
  const decided = await done(
    program<{ id: string; version: number; reasons: { sentence: string }[] }>('POST', '/models/credit-risk/predict', { inputs, subject: customer, explain: true }),
  )

  await clickAccount('auditor')
  await navigate(page, 'Predictions')
  await page.getByRole('textbox', { name: 'Search by customer key, prediction id or the reference of a letter' }).fill(customer)
  // The newest row is on the page before the search, which would overtake a click made at once.
  await expect(page).toHaveURL(/text=/)
  await page.getByRole('row').filter({ hasText: customer }).getByRole('link').click()

  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Probability 0\.\d\d that the loan is not paid back as agreed/)
  await expect(page.getByText(decided.id)).toBeVisible()
  await expect(page.getByRole('figure', { name: 'Why this answer?' }).getByRole('list', { name: 'From the base to the score' })).toBeVisible()
  const [first] = decided.reasons
  // What if? beside it tells the reasons again.
  await expect(page.getByText(first?.sentence ?? 'a reason').first()).toBeVisible()
  await expect(page.getByRole('link', { name: `Credit risk v${decided.version}` })).toBeVisible()
  const approved = page.getByRole('definition').filter({ hasText: 'by Ada Quist on' }).filter({ hasText: 'Reasons are logged with each decision.' })
  await expect(approved).toBeVisible()
  await page.getByRole('link', { name: 'Gates and approvals of this promotion' }).click()
  await expect(page.getByRole('note').first()).toContainText('Approved by Ada Quist')
})

test('a price that nobody asked about is explained when somebody does', async ({ page, api, become }, { project }) => {
  const { predictions } = await done((await api('auditor'))<{ predictions: { id: string }[] }>('GET', '/predictions?model=price-optimiser&limit=50'))
  await become('auditor')
  await page.goto(`/predictions/${predictions[OLD_DECISIONS[project.name] ?? 0]?.id}`)
  await page.getByRole('button', { name: 'Explain this decision' }).click()
  await expect(page.getByRole('figure', { name: 'Why this answer?' })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Reasons in words' })).toBeVisible()
})

test('an auditor checks the chain, asks who decided, and takes the events along', async ({ page, become }) => {
  await become('auditor')
  await page.goto('/audit')
  await page.getByRole('button', { name: 'Check the chain' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'The chain is intact' })).toContainText(/\d+ events, each linked to the one before it/)

  await page.getByRole('combobox', { name: 'Kind of action' }).selectOption({ label: 'Promotions' })
  await page.getByRole('textbox', { name: 'Search by who, what or why' }).fill('Recall falls')
  const rejected = page.getByRole('table').getByRole('row').filter({ hasText: 'promotion rejected' })
  await expect(rejected).toHaveCount(1)
  await expect(rejected).toContainText('Credit risk version 2 to production')
  await expect(rejected).toContainText('Ada Quist')

  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download as CSV' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toMatch(/\.csv$/)
  const [head, ...rows] = readFileSync(await download.path(), 'utf8').trim().split('\n')
  expect(head).toContain('sequence')
  expect(head).toContain('hash')
  expect(rows.join('\n')).toContain('promotion.rejected')
  expect(rows.join('\n')).not.toContain('person.signed-in')
})
