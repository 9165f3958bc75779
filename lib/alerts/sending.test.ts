// Messages to real receivers: HTTP servers and a small SMTP server started here.
import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { and, eq } from 'drizzle-orm'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { useSimulatedClock, useSystemClock, type SimulatedClock } from '@/lib/platform/clock'
import { listAuditEvents } from '@/lib/audit/queries'
import { acknowledgeIncident, changeChannel, createChannel, deleteChannel, recordObservations, resolveIncident, testChannel } from './commands'
import type { Observation } from './contract'
import { sendDueDeliveries } from './jobs'
import { channelById, countOpenIncidents, findIncident, incidentTimeline, listChannels, listDeliveries, listIncidents } from './queries'
import { MOST_ATTEMPTS } from './rules'
import { alertsTables } from './tables'

const admin = { kind: 'user' as const, id: 'u-admin', name: 'Ada Admin', role: 'admin' as const }
const operator = { kind: 'user' as const, id: 'u-operator', name: 'Olga Operator', role: 'operator' as const }
const viewer = { kind: 'user' as const, id: 'u-viewer', name: 'Vic Viewer', role: 'viewer' as const }
const START = Date.parse('2026-06-01T00:00:00Z')

const observation = (fingerprint: string, state: Observation['state'] = 'fired'): Observation => ({
  fingerprint, modelId: null, environment: 'production', monitorId: null, kind: 'errors', state, severity: 'problem', title: 'Calls fail',
  sentence: '12 % of calls failed.', evidence: { figures: [{ name: 'Share of failed calls', value: 0.12, limit: 0.05 }] },
})

interface Received {
  headers: IncomingHttpHeaders
  body: string
}

/** Answers with `status()` and keeps what it got. */
async function receiver(status: () => number): Promise<{ url: string; received: Received[]; server: Server }> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') })
      response.writeHead(status(), status() === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received, server }
}

/** RFC 5321 as far as a client needs it to hand in a message. */
async function smtpServer(): Promise<{ port: number; mails: { from: string; to: string[]; text: string }[]; close: () => void }> {
  const mails: { from: string; to: string[]; text: string }[] = []
  const server = createTcpServer((socket) => {
    let mail = { from: '', to: [] as string[], text: '' }
    let isData = false
    let pending = ''
    socket.write('220 test\r\n')
    socket.on('data', (chunk) => {
      pending += chunk.toString('utf8')
      for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
        const line = pending.slice(0, end)
        pending = pending.slice(end + 2)
        if (isData && line !== '.') {
          mail.text += `${line}\n`
          continue
        }
        if (isData) {
          isData = false
          mails.push(mail)
          mail = { from: '', to: [], text: '' }
          socket.write('250 taken\r\n')
        } else if (/^(EHLO|HELO)/i.test(line)) socket.write('250 test\r\n')
        else if (/^MAIL FROM/i.test(line)) socket.write(((mail.from = line), '250 ok\r\n'))
        else if (/^RCPT TO:<gone@/i.test(line)) socket.write('550 5.1.1 <gone@example.com>: no such mailbox\r\n')
        else if (/^RCPT TO/i.test(line)) socket.write((mail.to.push(/<(.*)>/.exec(line)?.[1] ?? ''), '250 ok\r\n'))
        else if (/^DATA/i.test(line)) socket.write(((isData = true), '354 go on\r\n'))
        else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n')
        else socket.write('502 not known\r\n')
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, mails, close: () => server.close() }
}

let smtp: Awaited<ReturnType<typeof smtpServer>>
beforeAll(async () => {
  smtp = await smtpServer()
  process.env.SMTP_URL = `smtp://127.0.0.1:${smtp.port}`
  process.env.FLIGHTDECK_LOG_LEVEL = 'silent'
  process.env.FLIGHTDECK_URL = 'https://deck.example.com'
})
afterAll(() => smtp.close())

describe.each(ENGINES)('messages on %s', (engine) => {
  let db: Database
  let clock: SimulatedClock
  let hook: Awaited<ReturnType<typeof receiver>>
  let status = 200

  beforeAll(async () => {
    db = await openTestDatabase(engine)
    hook = await receiver(() => status)
  })
  afterAll(async () => {
    useSystemClock()
    hook.server.close()
    await db.close()
  })
  beforeEach(async () => {
    clock = useSimulatedClock(START)
    status = 200
    hook.received.length = 0
    await db.write(async (tx) => {
      const { deliveries, incidents, channels } = tx.tables(alertsTables)
      await tx.delete(deliveries)
      await tx.delete(incidents)
      await tx.delete(channels)
    })
  })

  const webhook = (extra: { secret?: string } = {}) =>
    createChannel(admin, { name: 'Hook', settings: { kind: 'webhook', url: hook.url, allowPrivateAddresses: true, ...extra } })
  const open = (fingerprint = 'a') => db.write((tx) => recordObservations(tx, [observation(fingerprint)], START))

  it('reach a webhook, signed so that the receiver can check it', async () => {
    const secret = `whsec_${Buffer.from('a secret of the receiver').toString('base64')}`
    await webhook({ secret })
    await open()
    expect(await sendDueDeliveries()).toEqual({ delivered: 1, failed: 0 })
    const [{ headers, body } = { headers: {}, body: '' }] = hook.received
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', 'a secret of the receiver').update(signed).digest('base64')}`)
    expect(headers['webhook-timestamp']).toBe(String(START / 1000))
    expect(JSON.parse(body)).toMatchObject({ type: 'incident.opened', data: { title: 'Calls fail', sentence: '12 % of calls failed.', link: expect.stringContaining('https://deck.example.com/incidents/') } })
    expect(await sendDueDeliveries()).toEqual({ delivered: 0, failed: 0 })
    expect(hook.received).toHaveLength(1)
  })

  it('reach Slack and e-mail', async () => {
    await createChannel(admin, { name: 'Slack', settings: { kind: 'slack', url: hook.url, allowPrivateAddresses: true } })
    await createChannel(admin, { name: 'Mail', settings: { kind: 'email', to: ['ana@example.com', 'ben@example.com'] } })
    smtp.mails.length = 0
    await open()
    expect(await sendDueDeliveries()).toEqual({ delivered: 2, failed: 0 })
    expect(JSON.parse(hook.received[0]?.body ?? '')).toEqual({ text: expect.stringMatching(/^\*Problem: Calls fail\*\n12 % of calls failed\.\n<https:.*\|Open in Flightdeck>$/) })
    expect(smtp.mails).toHaveLength(1)
    expect(smtp.mails[0]?.to).toEqual(['ana@example.com', 'ben@example.com'])
    expect(smtp.mails[0]?.text).toMatch(/Subject: Problem: Calls fail[\s\S]*12 % of calls failed\.|Subject: Problem: Calls fail[\s\S]*12 =?.* of calls failed/)
  })

  it('tell why a mail was not taken, not to whom it went', async () => {
    await createChannel(admin, { name: 'Mail', settings: { kind: 'email', to: ['gone@example.com'] } })
    await open()
    expect(await sendDueDeliveries()).toEqual({ delivered: 0, failed: 1 })
    const [delivery] = await listDeliveries(db, {})
    expect(delivery?.lastError).toMatch(/no such mailbox/)
    expect(delivery?.lastError).not.toMatch(/gone|@/)
  })

  it('are tried again, later each time, and given up with the reason; the incident is there all the same', async () => {
    status = 500
    await webhook()
    await open()
    expect(await sendDueDeliveries()).toEqual({ delivered: 0, failed: 1 })
    expect(await sendDueDeliveries()).toEqual({ delivered: 0, failed: 0 })
    const delivery = async () => (await listDeliveries(db, {}))[0]
    expect(await delivery()).toMatchObject({ status: 'waiting', attempts: 1, nextAttemptAt: START + 30_000, lastError: 'The receiver answered 500.' })
    for (let attempt = 2; attempt <= MOST_ATTEMPTS; attempt++) {
      clock.set((await delivery())?.nextAttemptAt ?? 0)
      await sendDueDeliveries()
    }
    expect(await delivery()).toMatchObject({ status: 'failed', attempts: MOST_ATTEMPTS })
    clock.set(START + 90 * 86_400_000)
    expect(await sendDueDeliveries()).toEqual({ delivered: 0, failed: 0 })
    expect(await countOpenIncidents(db)).toBe(1)
    expect((await listChannels(db))[0]).toMatchObject({ lastDelivery: { status: 'failed', error: 'The receiver answered 500.' } })
  })

  it('arrive once although two senders look at once', async () => {
    await webhook()
    await open()
    const results = await Promise.all([sendDueDeliveries(), sendDueDeliveries(), sendDueDeliveries()])
    expect(results.reduce((sum, one) => sum + one.delivered, 0)).toBe(1)
    expect(hook.received).toHaveLength(1)
  })

  it('do not go to private addresses nor follow redirects', async () => {
    await expect(createChannel(admin, { name: 'Inside', settings: { kind: 'webhook', url: hook.url } })).rejects.toMatchObject({ code: 'private_address' })
    await expect(createChannel(admin, { name: 'Inside', settings: { kind: 'slack', url: 'http://localhost/' } })).rejects.toMatchObject({ code: 'private_address' })
    await expect(createChannel(admin, { name: 'File', settings: { kind: 'webhook', url: 'file:///etc/passwd' } })).rejects.toMatchObject({ kind: 'invalid' })
    // A name that leads inside is found out when it is looked up: written past the form, as a name would come.
    const channel = await webhook()
    const inside = { kind: 'webhook' as const, url: hook.url.replace('127.0.0.1', 'localhost'), allowPrivateAddresses: false }
    await db.write((tx) => tx.update(tx.tables(alertsTables).channels).set({ settings: inside }).where(eq(tx.tables(alertsTables).channels.id, channel.id)))
    expect(await testChannel(admin, channel.id)).toEqual({ isDelivered: false, error: expect.stringContaining('localhost is a private address') })
    expect(hook.received).toHaveLength(0)
    await changeChannel(admin, channel.id, { settings: { ...inside, allowPrivateAddresses: true } })
    status = 302
    expect(await testChannel(admin, channel.id)).toEqual({ isDelivered: false, error: 'The receiver answered 302, a redirect; enter the address it leads to.' })
    expect(hook.received).toHaveLength(1)
  })

  it('test a channel, tell why it fails, and keep both on record', async () => {
    const channel = await webhook()
    expect(await testChannel(admin, channel.id)).toEqual({ isDelivered: true, error: null })
    hook.server.closeAllConnections()
    await changeChannel(admin, channel.id, { settings: { kind: 'webhook', url: 'http://127.0.0.1:1/', allowPrivateAddresses: true } })
    expect(await testChannel(admin, channel.id)).toEqual({ isDelivered: false, error: 'Nothing answers at 127.0.0.1:1.' })
    expect((await listDeliveries(db, { channelId: channel.id })).map((one) => [one.event, one.status]).sort()).toEqual([['test', 'delivered'], ['test', 'failed']])
  })

  it('keep a webhook’s secret through changes, show it to nobody, and stop after deletion', async () => {
    const channel = await webhook({ secret: 'sixteen-letters!' })
    expect(channel).toMatchObject({ hasSecret: true })
    const changed = await changeChannel(admin, channel.id, { name: 'Renamed', settings: { kind: 'webhook', url: hook.url, allowPrivateAddresses: true } })
    expect(changed).toMatchObject({ name: 'Renamed', hasSecret: true })
    expect((await channelById(db, channel.id))?.settings).toMatchObject({ secret: 'sixteen-letters!' })
    const shown = JSON.stringify([await listChannels(db), (await listAuditEvents(db, { targetKind: 'channel' })).events])
    expect(shown).not.toContain('sixteen-letters!')
    await open()
    await deleteChannel(admin, channel.id)
    expect(await sendDueDeliveries()).toEqual({ delivered: 0, failed: 1 })
    expect(hook.received).toHaveLength(0)
    expect(await listChannels(db)).toEqual([])
    await expect(changeChannel(admin, channel.id, { name: 'x' })).rejects.toMatchObject({ kind: 'not_found' })
    await expect(createChannel(operator, { name: 'x', settings: { kind: 'email', to: ['a@example.com'] } })).rejects.toMatchObject({ kind: 'forbidden' })
  })

  it('let people acknowledge and resolve, each once, with what they did on record', async () => {
    await webhook()
    const { opened } = await open()
    const id = opened[0] ?? ''
    expect((await open()).opened).toEqual([])
    // Two checks that both saw nothing open: the database lets one of them open it.
    expect((await db.write((tx) => recordObservations(tx, [observation('b'), observation('b')], START))).opened).toHaveLength(1)
    await expect(acknowledgeIncident(viewer, id)).rejects.toMatchObject({ kind: 'forbidden' })
    const both = await Promise.allSettled([acknowledgeIncident(operator, id, { note: 'Looking.' }), acknowledgeIncident(admin, id)])
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(resolveIncident(operator, id, { note: '' })).rejects.toMatchObject({ kind: 'invalid' })
    clock.set(START + 1000)
    await resolveIncident(operator, id, { note: 'The caller was fixed.' })
    await expect(resolveIncident(operator, id, { note: 'again' })).rejects.toMatchObject({ code: 'incident_already_handled' })
    expect(await findIncident(db, id)).toMatchObject({ status: 'resolved', resolution: 'The caller was fixed.', resolvedBy: 'Olga Operator', resolvedAt: START + 1000 })
    expect((await incidentTimeline(db, id)).map((event) => event.action)).toEqual(['incident.resolved', 'incident.acknowledged', 'incident.opened'])
    await sendDueDeliveries()
    expect(hook.received.map((one) => JSON.parse(one.body).type).sort()).toEqual(['incident.opened', 'incident.opened', 'incident.resolved'])
  })

  it('raise severity once and do not lower it', async () => {
    const seen = (severity: Observation['severity']) => db.write((tx) => recordObservations(tx, [{ ...observation('a'), severity }], START))
    for (const severity of ['attention', 'attention', 'problem', 'attention', 'problem'] as const) await seen(severity)
    const [incident] = (await listIncidents(db)).incidents
    expect(incident?.severity).toBe('problem')
    expect((await incidentTimeline(db, incident?.id ?? '')).map((event) => event.action)).toEqual(['incident.severity-raised', 'incident.opened'])
  })

  it('list unresolved incidents first, page by page', async () => {
    await db.write((tx) => recordObservations(tx, ['a', 'b', 'c'].map((name) => observation(name)), START))
    await db.write((tx) => recordObservations(tx, [observation('d')], START + 5000))
    const { deliveries, incidents } = db.tables(alertsTables)
    await db.write((tx) => tx.update(incidents).set({ status: 'resolved', resolvedAt: START }).where(and(eq(incidents.fingerprint, 'd'))))
    const first = await listIncidents(db, { limit: 2 })
    const second = await listIncidents(db, { limit: 2, before: first.next ?? undefined })
    expect([...first.incidents, ...second.incidents].map((one) => one.fingerprint)).toEqual(['c', 'b', 'a', 'd'])
    expect(second.next).toBeNull()
    expect((await listIncidents(db, { status: 'unresolved' })).incidents).toHaveLength(3)
    expect(await db.$count(deliveries)).toBe(0)
  })
})
