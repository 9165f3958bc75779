// A viewer sees no button that would fail, and the API refuses the same actions.
import { done, type Api, type Problem } from './browser/api'
import { expect, test } from './browser/journey'

/** What reads, sorts, copies, or changes the viewer's own screen only. Any other button would have to be refused. */
const HARMLESS = [
  /^(Open navigation|Search pages and models|Theme|Account of Mara Lindt, viewer)$/,
  /^(24 hours|7 days|30 days|90 days)$/,
  /^(Show as table|Show as chart|Download: .+|About .+|Copy .+|Clear search|Sort by .+)$/,
  /^(curl|Python|TypeScript|Compare|Explain this decision|Probability|Log-odds)$/,
]

const PAGES = [
  '/', '/models', '/promotions', '/incidents', '/predictions', '/docs',
  '/models/credit-risk', '/models/credit-risk/versions', '/models/credit-risk/versions/3', '/models/credit-risk/compare?v=1&v=3',
  '/models/credit-risk/releases', '/models/credit-risk/monitoring', '/models/credit-risk/explanations', '/models/credit-risk/reasons', '/models/credit-risk/kpis', '/models/credit-risk/predictions', '/models/credit-risk/settings',
]

test('a viewer sees no button that would fail', async ({ page, api, become }) => {
  await become('viewer')
  const { promotion, incident, prediction } = await things(await api('viewer'))
  for (const path of [...PAGES, `/promotions/${promotion}`, `/incidents/${incident}`, `/predictions/${prediction}`]) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    // Headers of columns sort.
    const names = await page.getByRole('button').evaluateAll((buttons) =>
      buttons.filter((button) => button.closest('th') === null).map((button) => (button.getAttribute('aria-label') ?? button.textContent ?? '').trim()),
    )
    expect(names.filter((name) => !HARMLESS.some((harmless) => harmless.test(name))), `buttons of ${path}`).toEqual([])
    await expect(page.getByRole('switch')).toHaveCount(0)
    await expect(page.getByRole('link', { name: /^Register a/ })).toHaveCount(0)
  }
})

test('a page that is not for viewers says for whom it is', async ({ page, become }) => {
  await become('viewer')
  for (const path of ['/audit', '/evidence', '/reviews', '/models/new', '/settings/people', '/settings/tokens', '/settings/channels']) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 }), path).toContainText('not open to your role')
    await expect(page.getByRole('main'), path).toContainText('Ask an administrator if your work needs it.')
  }
})

test('the API refuses a viewer the same actions', async ({ api }) => {
  const viewer = await api('viewer')
  const { promotion, incident } = await things(viewer)
  const artifact = new FormData()
  artifact.set('artifact', new Blob(['x']), 'x.onnx')
  const actions: [method: string, path: string, body: unknown][] = [
    ['POST', '/models/credit-risk/versions', artifact],
    ['PATCH', '/models/credit-risk', { description: 'Mine' }],
    ['POST', '/models/credit-risk/predict', { inputs: {} }],
    ['POST', '/promotions', { model: 'credit-risk', version: 3, environment: 'production', reason: 'Please' }],
    ['POST', `/promotions/${promotion}/approve`, { comment: '' }],
    ['POST', `/promotions/${promotion}/reject`, { comment: 'Not like this, please.' }],
    ['POST', `/promotions/${promotion}/cancel`, { comment: '' }],
    ['POST', '/rollbacks', { model: 'price-optimiser', environment: 'production', version: 1, reason: 'Back' }],
    ['PUT', '/models/credit-risk/policies/production', { requiredApprovals: 1, gates: [] }],
    ['PUT', '/models/credit-risk/explanation-policy', { environment: 'production', mode: 'on-demand' }],
    ['POST', '/evidence', { predictions: ['none'] }],
    ['POST', '/reviews', { name: 'Mine', selection: { model: 'credit-risk', from: 0, to: 1, kind: 'all' } }],
    ['PUT', '/models/credit-risk/guardrails', { environment: 'production', rules: [] }],
    ['PUT', '/models/credit-risk/monitors', { environment: 'production', monitors: [] }],
    ['POST', '/checks/run', undefined],
    ['POST', `/incidents/${incident}/acknowledge`, { note: '' }],
    ['POST', `/incidents/${incident}/resolve`, { note: 'Done with it' }],
    ['POST', '/outcomes', []],
    ['POST', '/kpi-events', []],
    ['GET', '/audit', undefined],
    ['GET', '/people', undefined],
    ['POST', '/people', { name: 'Me', email: 'me@example.com', role: 'admin', password: 'correct horse battery' }],
    ['POST', '/tokens', { name: 'Mine', role: 'admin' }],
    ['POST', '/channels', { name: 'Mine', settings: { kind: 'email', to: ['me@example.com'] } }],
  ]
  for (const [method, path, body] of actions) {
    const { status, body: problem } = await viewer<Problem>(method, path, body)
    expect({ path, status, code: problem.code }).toEqual({ path, status: 403, code: 'permission_missing' })
    expect(problem.detail, path).toMatch(/^This needs the permission \S+, which these roles have: \w+/)
  }
})

async function things(viewer: Api): Promise<{ promotion: string; incident: string; prediction: string }> {
  const { promotions } = await done(viewer<{ promotions: { id: string; status: string; modelSlug: string }[] }>('GET', '/promotions?limit=100'))
  const { incidents } = await done(viewer<{ incidents: { id: string; status: string }[] }>('GET', '/incidents'))
  const { predictions } = await done(viewer<{ predictions: { id: string }[] }>('GET', '/predictions?model=credit-risk&limit=50'))
  return {
    promotion: promotions.find(({ status, modelSlug }) => status === 'pending' && modelSlug === 'credit-risk')?.id ?? 'none',
    incident: incidents.find(({ status }) => status === 'open')?.id ?? 'none',
    prediction: predictions.at(-1)?.id ?? 'none',
  }
}
