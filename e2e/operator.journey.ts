// An operator pushes a version with the command line and requests its promotion in the browser.
import { readFileSync, writeFileSync } from 'node:fs'
import { done } from './browser/api'
import { flightdeck } from './browser/command-line'
import { expect, navigate, test } from './browser/journey'
import { release, tokenFor } from './browser/own-model'

test('an operator pushes a version and requests its promotion', async ({ page, api, url, unique, provokes, clickAccount }, testInfo) => {
  provokes(422)
  const model = { slug: unique('pushed-risk'), name: unique('Pushed risk') }
  const [admin, operator] = [await api('admin'), await api('operator')]
  await release(operator, await api('approver'), model, 'credit-union/v1')
  const token = await tokenFor(admin, unique('CI'), { scopes: ['registry:write'] })

  const metadata = testInfo.outputPath('v2.json')
  writeFileSync(metadata, JSON.stringify({ ...(JSON.parse(readFileSync('examples/credit-union/v2.json', 'utf8')) as object), model: model.slug }))
  const pushed = await flightdeck(url, token.secret, [
    ...['push', 'examples/credit-union/v2.onnx', '--metadata', metadata],
    ...['--reference', 'examples/credit-union/reference-v2.csv', '--json'],
  ])
  expect(pushed.code, pushed.output).toBe(0)
  const answer = JSON.parse(pushed.output) as { version: number; sha256: string; url: string }
  expect(answer).toMatchObject({ model: model.slug, version: 2 })

  await clickAccount('operator')
  await page.goto(answer.url)
  await expect(page.getByRole('heading', { name: 'Version 2' })).toBeVisible()
  await expect(page.getByText(answer.sha256)).toBeVisible()

  await page.getByRole('button', { name: 'Request promotion' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('Another person must approve.')
  const ask = dialog.getByRole('button', { name: 'Request promotion' })
  await ask.click()
  await expect(dialog.getByRole('textbox', { name: /^Why/ })).toHaveAttribute('aria-invalid', 'true')
  await dialog.getByRole('textbox', { name: /^Why/ }).fill('It finds more of the loans that fail.')
  await ask.click()

  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${model.name}: version 2 to production`)
  await expect(page.getByRole('note').first()).toContainText('One approval is needed. Ada Quist can decide.')
  await expect(page.getByRole('region', { name: 'Evidence' }).getByText('Do today’s callers still get an answer?')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Approve', exact: true })).toHaveCount(0)

  await navigate(page, 'Promotions')
  await page.getByRole('region', { name: 'Waiting for an approver' }).getByRole('link', { name: `${model.name}: version 2 to production` }).click()
  await page.getByRole('button', { name: 'Cancel the request' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the request' }).click()
  await expect(page.getByRole('note').first()).toContainText('Nothing was released.')
  const { releases } = await done(operator<{ releases: { sequence: number }[] }>('GET', `/models/${model.slug}/releases`))
  expect(releases).toHaveLength(1)
})
