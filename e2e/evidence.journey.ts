// From a customer's letter to the decision, what would have changed it, and evidence that stands without the server.
import { readFileSync, writeFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { done } from './browser/api'
import { flightdeck } from './browser/command-line'
import { expect, navigate, test } from './browser/journey'

interface Listed {
  id: string
  subject: string | null
  answer: string
}

/** Refused loans of the demo's history: those that cannot be paid back by the model's word. */
const REFUSED = '/predictions?model=credit-risk&scoreMin=0.55&limit=20'

async function downloadOf(page: Page, start: () => Promise<void>): Promise<{ name: string; path: string }> {
  const downloading = page.waitForEvent('download')
  await start()
  const download = await downloading
  return { name: download.suggestedFilename(), path: await download.path() }
}

test('a letter leads to the decision, to what would have changed it, and to the next letter', async ({ page, api, become }) => {
  const { predictions } = await done((await api('approver'))<{ predictions: Listed[] }>('GET', REFUSED))
  const [refused] = predictions
  if (!refused) throw new Error('the demo has no refused loan')
  const reference = refused.id.replaceAll('-', '').slice(0, 16).toUpperCase().replaceAll(/(.{4})(?!$)/g, '$1 ')

  await become('approver')
  await page.goto('/')
  await navigate(page, 'Predictions')
  await page.getByRole('textbox', { name: 'Search by customer key, prediction id or the reference of a letter' }).fill(reference)
  await expect(page).toHaveURL(/text=/)
  await page.getByRole('row').filter({ hasText: refused.subject ?? '' }).getByRole('link').first().click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(refused.answer.replace(/\.$/, ''))
  await expect(page.getByText(reference)).toBeVisible()

  // Both scales of one explanation.
  await expect(page.getByRole('figure', { name: 'Why this answer?' }).getByRole('list', { name: 'From the base to the score' })).toBeVisible()
  await page.getByRole('button', { name: 'Probability', exact: true }).click()
  await expect(page).toHaveURL(/scale=probability/)
  await expect(page.getByRole('figure', { name: 'Why this answer?' }).getByRole('list', { name: 'From the base to the score' })).toBeVisible({ timeout: 20_000 })

  // The smallest change, put into the form: the decision follows.
  await page.getByRole('button', { name: 'Try it' }).first().click()
  await expect(page.getByRole('list', { name: 'What is changed' })).toBeVisible()
  // 0.5 and more is referred: the tried values lead to the other decision.
  await expect(page.getByRole('region', { name: 'What if?' }).getByRole('status')).toContainText(/Probability 0\.[0-4]\d/)
  await page.getByRole('button', { name: 'Reset' }).click()
  await expect(page.getByRole('list', { name: 'What is changed' })).toHaveCount(0)
  await expect(page.getByRole('heading', { name: 'How were similar cases decided?' })).toBeVisible()

  await page.getByRole('link', { name: 'Letter to the customer' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.getByRole('button', { name: 'German' }).click()
  const text = await downloadOf(page, () => page.getByRole('button', { name: 'Download as text' }).click())
  const letter = readFileSync(text.path, 'utf8')
  expect(letter).toContain(refused.id)
  expect(letter).not.toMatch(/0\.\d{2}|log-odds|Probability/)
  const pdf = await downloadOf(page, () => page.getByRole('button', { name: 'Download as PDF' }).click())
  expect(readFileSync(pdf.path).subarray(0, 5).toString()).toBe('%PDF-')
})

test('evidence is exported from a decision, verified and replayed without the server, and a changed byte is named', async ({ page, api, become, url }, testInfo) => {
  const { predictions } = await done((await api('auditor'))<{ predictions: Listed[] }>('GET', REFUSED))
  const [, refused] = predictions
  await become('auditor')
  await page.goto(`/predictions/${refused?.id}`)
  const bundle = await downloadOf(page, async () => {
    await page.getByRole('button', { name: 'Export evidence' }).click()
    await page.getByRole('menuitem', { name: 'As a signed bundle (JSON)' }).click()
  })
  const keys = testInfo.outputPath('keys.json')
  writeFileSync(keys, await (await fetch(`${url}/.well-known/flightdeck-keys.json`)).text())
  const file = testInfo.outputPath('bundle.json')
  writeFileSync(file, readFileSync(bundle.path))
  // No server, no database: neither is named.
  const verified = await flightdeck('http://127.0.0.1:9', '', ['verify', file, '--keys', keys])
  expect(verified.output).toContain('come out again')
  expect(verified.code, verified.output).toBe(0)

  const changed = readFileSync(file, 'utf8').replace(/"score":0\.(\d)/, (_, digit: string) => `"score":0.${(Number(digit) + 1) % 10}`)
  writeFileSync(file, changed)
  const refusedFile = await flightdeck('http://127.0.0.1:9', '', ['verify', file, '--keys', keys])
  expect(refusedFile.code).toBe(1)
  expect(refusedFile.output).toContain(`predictions/${refused?.id}`)

  const pdf = await downloadOf(page, async () => {
    await page.getByRole('button', { name: 'Export evidence' }).click()
    await page.getByRole('menuitem', { name: 'As a PDF, with the bundle attached' }).click()
  })
  expect(readFileSync(pdf.path).subarray(0, 5).toString()).toBe('%PDF-')
})

test('an auditor draws a sample, judges it case by case, and exports the signed file', async ({ page, become, unique }, testInfo) => {
  await become('auditor')
  await page.goto('/reviews/new')
  await page.getByRole('combobox', { name: 'Model' }).selectOption({ label: 'Credit risk' })
  await page.getByRole('combobox', { name: 'Sample' }).selectOption({ label: 'A random sample' })
  await page.getByRole('textbox', { name: 'Cases', exact: true }).fill('2')
  await page.getByRole('button', { name: 'Count the decisions' }).click()
  await page.getByRole('textbox', { name: 'Name of the review' }).fill(unique('Two cases'))
  await page.getByRole('button', { name: 'Draw the cases and begin' }).click()

  await expect(page.getByRole('group', { name: 'Verdict' })).toBeVisible()
  await page.getByRole('textbox', { name: 'Note' }).fill('The reasons fit the application.')
  await page.getByRole('button', { name: 'In order' }).click()
  await expect(page.getByText('1 of 2 with a verdict')).toBeVisible()
  await page.getByRole('button', { name: 'Next' }).first().click()
  await page.getByRole('button', { name: 'Concern' }).click()
  await expect(page.getByText('2 of 2 with a verdict')).toBeVisible()

  await page.getByRole('link', { name: unique('Two cases') }).first().click()
  const exported = await downloadOf(page, () => page.getByRole('button', { name: 'Export signed file' }).click())
  const file = testInfo.outputPath('review.json')
  writeFileSync(file, readFileSync(exported.path))
  expect(readFileSync(file, 'utf8')).toContain('The reasons fit the application.')
  expect((await flightdeck('http://127.0.0.1:9', '', ['verify', file])).code).toBe(0)
})

test('a data scientist sees which factors matter, how one works, and changes what is explained', async ({ page, become }) => {
  await become('operator')
  await page.goto('/models/no-show-risk/explanations')
  await expect(page.getByRole('figure', { name: 'Which factors matter most?' })).toBeVisible()
  await expect(page.getByRole('figure', { name: 'Do high values push the score up or down?' })).toBeVisible()
  await expect(page.getByText('200 rows answered by us and by ONNX Runtime')).toBeVisible()
  await page.getByRole('link', { name: 'Single field' }).click()
  await expect(page.getByRole('figure').first()).toBeVisible()
  await page.getByRole('link', { name: 'Overall' }).click()
  await page.getByRole('button', { name: 'Change the explanation policy in staging' }).click()
  await page.getByRole('radio', { name: /Only when somebody asks/ }).check()
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByText(/explained when somebody asks|on demand/i).first()).toBeVisible()
})
