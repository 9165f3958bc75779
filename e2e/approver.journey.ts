// The requester cannot approve; the approver does, and predictions come from the new version at once; then back again.
import { signInCookie } from './server/session'
import { apiOf, done, type Api, type Problem } from './browser/api'
import { expect, navigate, test, wear } from './browser/journey'
import { registerVersion, release, request, tokenFor } from './browser/own-model'
import { expectAccessible } from './browser/quality'

const PASSWORD = 'correct horse battery'
const MOST_ROLLBACK_MS = 1000

/** Asks without pause, as a program does, until it is told to stop; each answer's version in order. */
function askWithoutPause(ask: () => Promise<number>): { stop: () => Promise<number[]> } {
  const versions: number[] = []
  let isOver = false
  const asking = (async () => {
    while (!isOver) versions.push(await ask())
  })()
  return {
    stop: async () => {
      isOver = true
      await asking
      return versions
    },
  }
}

test('the requester cannot approve, the approver releases and rolls back', async ({ page, context, api, url, unique, become, clickAccount }) => {
  const model = { slug: unique('decided-risk'), name: unique('Decided risk') }
  const [admin, operator, approver] = [await api('admin'), await api('operator'), await api('approver')]
  await release(operator, approver, model, 'credit-union/v1')
  await registerVersion(operator, model, 'credit-union/v2')
  const promotion = await requestAsSomebodyWhoBecomesApprover(admin, model.slug, url, unique('rosa'))
  const { inputs } = await done(operator<{ inputs: unknown }>('GET', `/models/${model.slug}/example`))
  const program = apiOf(url, { token: (await tokenFor(admin, unique('Loan desk'), { scopes: ['predict'] })).secret })
  const ask = async () => (await done(program<{ version: number }>('POST', `/models/${model.slug}/predict`, { inputs }))).version

  await test.step('who may not approve sees no button, and the API refuses', async () => {
    await become('operator')
    await page.goto(`/promotions/${promotion.id}`)
    await expect(page.getByRole('note').first()).toContainText('One approval is needed.')
    await expect(page.getByRole('button', { name: 'Approve', exact: true })).toHaveCount(0)
    const refused = await operator<Problem>('POST', `/promotions/${promotion.id}/approve`, { comment: 'Me.' })
    expect(refused.status).toBe(403)
    expect(refused.body.code).toBe('permission_missing')
  })

  await test.step('the requester does not count, not even with the approver role', async () => {
    await wear(context, url, promotion.requesterCookie)
    await page.goto(`/promotions/${promotion.id}`)
    await expect(page.getByRole('note').first()).toContainText('You requested this promotion, so somebody else must decide it.')
    await expect(page.getByRole('button', { name: 'Approve', exact: true })).toHaveCount(0)
    const refused = await apiOf(url, { cookie: promotion.requesterCookie })<Problem>('POST', `/promotions/${promotion.id}/approve`, { comment: 'Me.' })
    expect(refused.status).toBe(403)
    expect(refused.body.code).toBe('own_promotion')
    expect(await ask()).toBe(1)
  })

  await test.step('the approver sees the evidence and approves; the next answer is the new version’s, and no call is lost', async () => {
    await context.clearCookies()
    await clickAccount('approver')
    await page.getByRole('region', { name: 'Needs a person' }).getByRole('link', { name: `To decide ${model.name}: version 2 to production` }).click()
    await expect(page.getByRole('region', { name: 'Evidence' }).getByText('Does it answer the cases the model knows?')).toBeVisible()
    await expect(page.getByRole('region', { name: 'What differs between version 1 and version 2' }).getByRole('table')).toBeVisible()
    await page.getByRole('button', { name: 'Approve', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog).toContainText('Version 2 starts to answer in production within a second')
    await expect(dialog).toContainText('Roll back to version 1')
    await expectAccessible(page)
    const asking = askWithoutPause(ask)
    await dialog.getByRole('textbox', { name: 'Comment' }).fill('More of the failing loans are found.')
    await dialog.getByRole('button', { name: 'Approve and release' }).click()
    await expect(page.getByText('Version 2 answers in production now.')).toBeVisible()
    expect(await ask()).toBe(2)
    const versions = await asking.stop()
    // One switch, nothing between: each call was answered, first by version 1, then by version 2.
    expect(versions).toEqual([...versions].sort())
    expect(new Set(versions)).toEqual(new Set([1, 2]))
    await expect(page.getByRole('note').first()).toContainText('Approved by Ada Quist')
  })

  await test.step('the approver rolls back with a reason, and the old version answers', async () => {
    await page.getByRole('link', { name: 'See the releases' }).click()
    await page.getByRole('button', { name: 'Roll back' }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog).toContainText('Version 1 answers every call again')
    const confirm = dialog.getByRole('button', { name: 'Roll back to version 1' })
    await confirm.click()
    await expect(dialog).toContainText('Say why')
    await dialog.getByRole('textbox', { name: /^Reason/ }).fill('Too many good loans are referred.')
    const rolledBack = page.waitForResponse((response) => response.url().endsWith('/api/rollbacks'))
    await confirm.click()
    await expect(page.getByText('Version 1 answers in production again.')).toBeVisible()
    expect(await ask()).toBe(1)
    const response = await rolledBack
    await response.finished()
    expect(response.request().timing().responseEnd).toBeLessThan(MOST_ROLLBACK_MS)

    const timeline = page.getByRole('list', { name: 'Releases in production' })
    await expect(timeline.getByRole('listitem')).toHaveCount(3)
    await expect(timeline.getByRole('listitem').first()).toContainText('Too many good loans are referred.')
    await expect(timeline.getByRole('listitem').first()).toContainText('Rolled back by Ada Quist')
  })

  await done(admin('PATCH', `/people/${promotion.requesterId}`, { isDisabled: true }))
  await test.step('the promotions page keeps who decided', async () => {
    await navigate(page, 'Promotions')
    await page.getByRole('link', { name: `${model.name}: version 2 to production` }).click()
    await expect(page.getByRole('region', { name: 'Decisions and comments' })).toContainText('More of the failing loans are found.')
  })
})

/** Somebody asks as an operator and is made approver afterwards. */
async function requestAsSomebodyWhoBecomesApprover(admin: Api, model: string, url: string, name: string): Promise<{ id: string; requesterId: string; requesterCookie: string }> {
  const email = `${name}@demo.flightdeck.example`
  const person = await done(admin<{ id: string }>('POST', '/people', { name, email, role: 'operator', password: PASSWORD }))
  const requesterCookie = await signInCookie(url, email, PASSWORD)
  const id = await request(apiOf(url, { cookie: requesterCookie }), { slug: model, name: model }, 2, 'It finds more of the loans that fail.')
  await done(admin('PATCH', `/people/${person.id}`, { role: 'approver' }))
  return { id, requesterId: person.id, requesterCookie }
}
