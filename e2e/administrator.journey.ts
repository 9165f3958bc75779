// An administrator adds a person, changes a role, gives and takes a token, and adds a channel.
import { apiOf, done, type Problem } from './browser/api'
import { expect, navigate, test } from './browser/journey'
import { signInCookie } from './server/session'

const PASSWORD = 'correct horse battery'

test('a person is added, and a changed role counts at once for a session that is open', async ({ page, url, unique, clickAccount, provokes }) => {
  provokes(422)
  const [name, email] = [unique('Tess Ode'), `${unique('tess.ode')}@demo.flightdeck.example`]
  await clickAccount('admin')
  await navigate(page, 'People')
  await page.getByRole('button', { name: 'Add a person' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name)
  await dialog.getByRole('textbox', { name: 'E-mail address' }).fill(email)
  await dialog.getByLabel('Password').fill('short')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(dialog.getByLabel('Password')).toHaveAccessibleDescription(/Use at least 12 characters/)
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue(name)
  await dialog.getByLabel('Password').fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page.getByRole('row').filter({ hasText: email })).toBeVisible()

  const person = apiOf(url, { cookie: await signInCookie(url, email, PASSWORD) })
  const permissions = async () => (await done(person<{ permissions: string[] }>('GET', '/me'))).permissions
  expect(await permissions()).not.toContain('audit:read')
  expect((await person<Problem>('GET', '/audit')).status).toBe(403)
  await page.getByRole('combobox', { name: `Role of ${name}` }).selectOption('auditor')
  await expect(page.getByText(`${name} is now auditor. It counts from the next click.`)).toBeVisible()
  expect(await permissions()).toContain('audit:read')
  expect((await person('GET', '/audit')).status).toBe(200)

  // A pointer that rests on a message keeps it open, here above the button.
  await page.mouse.move(0, 0)
  await page.getByRole('row').filter({ hasText: email }).getByRole('button', { name: 'Disable' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
  await expect(page.getByText(`${name} can no longer sign in.`)).toBeVisible()
  expect((await person<Problem>('GET', '/me')).status).toBe(401)
})

test('a token is shown once, works, and is refused after it was revoked', async ({ page, url, api, unique, become, provokes }) => {
  provokes(422)
  const name = unique('Booking page')
  await become('admin')
  await page.goto('/settings/tokens')
  await page.getByRole('button', { name: 'Create a token' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Program' }).fill(name)
  await dialog.getByRole('button', { name: 'Create', exact: true }).click()
  await expect(dialog.getByRole('alert')).toContainText('Choose at least one scope or a role.')
  await expect(dialog.getByRole('textbox', { name: 'Program' })).toHaveValue(name)
  await dialog.getByRole('checkbox', { name: /^Ask for predictions/ }).check()
  await dialog.getByRole('button', { name: 'Create', exact: true }).click()
  await expect(dialog).toContainText('Copy it now: it is shown this once')
  const secret = await dialog.getByLabel('The token', { exact: true }).innerText()
  expect(secret).toMatch(/^fd_/)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.reload()
  await expect(page.getByText(secret)).toHaveCount(0)

  const program = apiOf(url, { token: secret })
  const { inputs } = await done((await api('operator'))<{ inputs: unknown }>('GET', '/models/no-show-risk/example'))
  const predict = () => program<Problem>('POST', '/models/no-show-risk/predict', { inputs })
  expect((await predict()).status).toBe(200)
  const elsewhere = await program<Problem>('GET', '/models')
  expect([elsewhere.status, elsewhere.body.code]).toEqual([403, 'permission_missing'])

  await page.getByRole('row').filter({ hasText: name }).getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByRole('row').filter({ hasText: name })).toContainText('Revoked')
  const refused = await predict()
  expect([refused.status, refused.body.code]).toEqual([401, 'token_revoked'])
})

test('a channel is added, and a wrong address says what is missing', async ({ page, unique, become, provokes }) => {
  provokes(422)
  const name = unique('On call')
  await become('admin')
  await page.goto('/settings/channels')
  await page.getByRole('button', { name: 'Add a channel' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name)
  await dialog.getByRole('textbox', { name: 'To' }).fill('nobody')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByRole('textbox', { name: 'To' })).toHaveAttribute('aria-invalid', 'true')
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue(name)
  await dialog.getByRole('textbox', { name: 'To' }).fill('desk@example.com')
  await dialog.getByRole('button', { name: 'Save' }).click()
  const row = page.getByRole('row').filter({ hasText: name })
  await expect(row).toContainText('desk@example.com')
  await row.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(row).toHaveCount(0)
})
