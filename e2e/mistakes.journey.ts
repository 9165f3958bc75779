// A wrong file, a wrong row and an expired token: each ends in a message that helps, and nothing that was entered is lost.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Connection from 'better-sqlite3'
import { apiOf, done, type Problem } from './browser/api'
import { flightdeck } from './browser/command-line'
import { expect, test } from './browser/journey'
import { tokenFor } from './browser/own-model'
import { JOURNEY_DATA } from './server/setup'

const MODEL = readFileSync('examples/credit-union/v1.onnx')

test('a wrong file says what is wrong, and the form keeps what was typed', async ({ page, become, provokes, unique }) => {
  provokes(422)
  await become('operator')
  await page.goto('/models/new')
  const file = page.getByLabel(/^Model file/)
  const name = page.getByRole('textbox', { name: 'Name', exact: true })
  const description = page.getByRole('textbox', { name: 'Description' })
  await name.fill(unique('Mended risk'))
  await description.fill('Typed before the file was chosen.')
  await page.getByRole('textbox', { name: 'Tags' }).fill('journey')

  const wrong: [name: string, buffer: Buffer, says: RegExp][] = [
    ['notes.onnx', Buffer.from('Minutes of Monday'), /not an ONNX|ONNX/],
    ['empty.onnx', Buffer.alloc(0), /empty/],
    ['half.onnx', MODEL.subarray(0, MODEL.length / 2), /incomplete|truncated|cut|ends/],
  ]
  for (const [fileName, buffer, says] of wrong) {
    await file.setInputFiles({ name: fileName, mimeType: 'application/octet-stream', buffer })
    await expect(file, fileName).toHaveAttribute('aria-invalid', 'true')
    await expect(file, fileName).toHaveAccessibleDescription(says)
  }
  await page.getByRole('button', { name: 'Register', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Not registered' })).toBeVisible()
  await expect(name).toHaveValue(unique('Mended risk'))
  await expect(description).toHaveValue('Typed before the file was chosen.')
  await expect(page.getByRole('textbox', { name: 'Tags' })).toHaveValue('journey')

  await file.setInputFiles({ name: 'whole.onnx', mimeType: 'application/octet-stream', buffer: MODEL })
  await expect(page.getByRole('status').filter({ hasText: 'Answers: yes or no' })).toBeVisible()
  await page.getByRole('textbox', { name: 'Largest value of duration_in_month' }).fill('many')
  await page.getByRole('button', { name: 'Register', exact: true }).click()
  await expect(page.getByText('Enter a number, or leave it empty.').first()).toBeVisible()
  await page.getByRole('textbox', { name: 'Largest value of duration_in_month' }).fill('120')
  await page.getByRole('button', { name: 'Register', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: unique('Mended risk') })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Version 1' })).toBeVisible()
})

test('a wrong row names the field and the rule, and the form keeps the rest', async ({ page, api, become, provokes }) => {
  provokes(422)
  const operator = await api('operator')
  const { inputs } = await done(operator<{ inputs: Record<string, unknown> }>('GET', '/models/credit-risk/example'))
  const { status, body } = await operator<Problem>('POST', '/models/credit-risk/predict', {
    inputs: { ...inputs, duration_in_month: 'a secret', age_in_years: -7, credit_amout: 5 },
  })
  expect(status).toBe(422)
  expect(body.errors).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ path: 'inputs.duration_in_month', rule: 'type', message: 'duration_in_month must be a number, not a text.' }),
      expect.objectContaining({ path: 'inputs.age_in_years', rule: 'min' }),
      expect.objectContaining({ path: 'inputs.credit_amout', rule: 'unknown-field', message: expect.stringContaining('Did you mean credit_amount?') as unknown }),
    ]),
  )
  expect(JSON.stringify([body.detail, body.errors])).not.toMatch(/a secret|-7/)

  await become('operator')
  await page.goto('/models/credit-risk/serving')
  const duration = page.getByRole('textbox', { name: /^Duration/ })
  const amount = page.getByRole('textbox', { name: /^Amount/ })
  await amount.fill('4321')
  await duration.fill('long')
  await page.getByRole('button', { name: 'Predict', exact: true }).click()
  await expect(duration).toHaveAttribute('aria-invalid', 'true')
  await expect(duration).toHaveAccessibleDescription(/must be a number/)
  await expect(page.getByRole('alert').filter({ hasText: 'No prediction' })).toBeVisible()
  await expect(amount).toHaveValue('4321')
  await duration.fill('24')
  await page.getByRole('button', { name: 'Predict', exact: true }).click()
  await expect(page.getByRole('link', { name: 'Open the logged prediction' })).toBeVisible()
})

test('an expired token says so, to programs and on the command line', async ({ api, url, unique }) => {
  const token = await tokenFor(await api('admin'), unique('Old loan desk'), { scopes: ['predict', 'registry:write'], expiresInDays: 1 })
  letExpire(token.id)
  const refused = await apiOf(url, { token: token.secret })<Problem>('POST', '/models/credit-risk/predict', { inputs: {} })
  expect(refused.status).toBe(401)
  expect(refused.body.code).toBe('token_expired')
  expect(refused.body.detail).toMatch(/^The token fd_\S+… expired at 20\S+Z\. Ask an administrator for a new one\.$/)

  const pushed = await flightdeck(url, token.secret, ['push', 'examples/credit-union/v1.onnx', '--model', unique('never-there')])
  expect(pushed.code).toBe(1)
  expect(pushed.output).toContain('Ask an administrator for a new one.')
})

test('a session that has ended leads to the sign-in page and back', async ({ page, provokes }) => {
  provokes(401)
  await page.goto('/models/credit-risk/releases')
  await expect(page).toHaveURL(/\/sign-in\?to=%2Fmodels%2Fcredit-risk%2Freleases$/)
  await page.getByRole('textbox', { name: 'E-mail address' }).fill('owen.park@demo.flightdeck.example')
  await page.getByLabel('Password').fill('not the password')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Not signed in' })).toContainText('E-mail address or password is wrong.')
  await expect(page.getByRole('textbox', { name: 'E-mail address' })).toHaveValue('owen.park@demo.flightdeck.example')
  await page.getByRole('button', { name: 'Owen Park, operator' }).click()
  await expect(page).toHaveURL(/\/models\/credit-risk\/releases$/)
})

/** A day goes by for one token: nothing but time makes a token expire, and a journey cannot wait. */
function letExpire(id: string): void {
  const connection = new Connection(join(JOURNEY_DATA, 'flightdeck.sqlite'), { timeout: 10_000 })
  const { changes } = connection.prepare('update tokens set expires_at = ? where id = ?').run(Date.now() - 1000, id)
  connection.close()
  expect(changes).toBe(1)
}
