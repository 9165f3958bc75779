import { describe, expect, it } from 'vitest'
import type { IncidentView } from '../contract'
import { leaseFor, MOST_ATTEMPTS, waitAfter } from './delivery'
import { afterAction, QUIET_AFTER_RESOLVED_MS, stepFor } from './incident'
import { headline, messageFor, plainText, slackBody, targetOf, webhookBody, webhookHeaders } from './message'

const open = { severity: 'attention' as const, status: 'open' as const, sentence: '' }

describe('what a check does with an observation', () => {
  it.each([
    ['fired', null, null, 'open'],
    ['fired', open, null, 'update'],
    ['quiet', open, null, 'resolve'],
    ['quiet', null, null, 'nothing'],
    ['insufficient', open, null, 'nothing'],
    ['insufficient', null, null, 'nothing'],
    ['fired', null, 1000, 'nothing'],
    ['fired', null, 1000 - QUIET_AFTER_RESOLVED_MS, 'open'],
  ] as const)('%s with %j, resolved by a person at %j: %s', (state, unresolved, resolvedByPersonAt, step) => {
    expect(stepFor({ state }, { unresolved, resolvedByPersonAt }, 1000)).toBe(step)
  })

  it.each([
    ['open', 'acknowledge', { status: 'acknowledged' }],
    ['open', 'resolve', { status: 'resolved' }],
    ['acknowledged', 'resolve', { status: 'resolved' }],
    ['acknowledged', 'acknowledge', { refused: 'Somebody has already acknowledged this incident.' }],
    ['resolved', 'resolve', { refused: 'This incident is already resolved.' }],
    ['resolved', 'acknowledge', { refused: 'This incident is already resolved.' }],
  ] as const)('a person: %s, %s', (status, action, after) => {
    expect(afterAction(status, action)).toEqual(after)
  })
})

describe('attempts', () => {
  it('wait twice as long each time, up to an hour, and end', () => {
    expect([1, 2, 3].map((attempts) => waitAfter(attempts))).toEqual([30_000, 60_000, 120_000])
    expect(leaseFor(20)).toBe(3_600_000)
    expect(waitAfter(MOST_ATTEMPTS)).toBeNull()
  })
})

describe('messages', () => {
  const incident: IncidentView = {
    id: 'i1', fingerprint: 'monitor:m1', modelId: 'm', modelSlug: 'no-show-risk', modelName: 'No-show <risk>', environment: 'production',
    monitorId: 'm1', kind: 'drift', severity: 'attention', status: 'open', title: 'Age differs', sentence: 'Patients are younger.',
    evidence: { figures: [{ name: 'PSI of Age', value: 0.31234, limit: 0.2 }] }, openedAt: 0, updatedAt: 0, acknowledgedAt: null,
    acknowledgedBy: null, resolvedAt: null, resolvedBy: null, resolution: null,
  }
  const message = messageFor({ id: 'd1', event: 'opened', incidentId: 'i1' }, incident, { at: 1_700_000_000_000, publicUrl: 'http://deck' })

  it('say the sentence first, then figures with limits, then the way there', () => {
    expect(headline(message)).toBe('Attention: No-show <risk>: Age differs')
    expect(plainText(message)).toBe('Patients are younger.\n\n- PSI of Age: 0.312 (limit 0.2)\n\nhttp://deck/incidents/i1')
    expect(JSON.parse(webhookBody(message))).toMatchObject({ type: 'incident.opened', timestamp: '2023-11-14T22:13:20.000Z', data: { model: 'no-show-risk' } })
  })
  it('escape what Slack would read as markup', () => {
    expect(JSON.parse(slackBody(message)).text).toContain('No-show &lt;risk&gt;')
  })
  it('sign as Standard Webhooks does (the example of its specification)', () => {
    const body = '{"test": 2432232314}'
    const headers = webhookHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330_000, body, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
    expect(webhookHeaders('x', 0, body, undefined)).not.toHaveProperty('webhook-signature')
  })
  it('show where a channel leads without what may be secret', () => {
    const slack = targetOf({ kind: 'slack', url: 'https://hooks.slack.com/services/T0/B0/secret', allowPrivateAddresses: false })
    expect(slack).toEqual({ target: 'https://hooks.slack.com/…', hasSecret: false, allowPrivateAddresses: false })
    const webhook = targetOf({ kind: 'webhook', url: 'https://example.com/hooks/abc?token=secret', allowPrivateAddresses: false, secret: 'x'.repeat(16) })
    expect(webhook).toMatchObject({ target: 'https://example.com/…', hasSecret: true })
    const short = targetOf({ kind: 'webhook', url: 'https://user:word@hook.example.com/zq81vx07secret', allowPrivateAddresses: false })
    expect(short).toMatchObject({ target: 'https://hook.example.com/…', hasSecret: false })
    expect(targetOf({ kind: 'webhook', url: 'https://example.com/', allowPrivateAddresses: false }).target).toBe('https://example.com')
  })
})
