// Writes about channels.
import { eq } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { environment } from '@/lib/platform/environment'
import { notFound, ProblemError } from '@/lib/platform/errors'
import { newId } from '@/lib/platform/ids'
import { isPrivateAddress, literalAddress } from '@/lib/platform/outbound'
import { parse } from '@/lib/platform/parse'
import {
  channelChangeSchema, channelSchema, type ChannelChange, type ChannelSettings, type ChannelView, type NewChannel,
} from '../contract'
import { channelById, channelView, type ChannelRow } from '../queries'
import { leaseFor } from '../rules/delivery'
import { messageFor, targetOf } from '../rules/message'
import { alertsTables } from '../tables'
import { sendMessage } from './send-message'

export async function createChannel(actor: Principal | null, input: NewChannel): Promise<ChannelView> {
  authorize(actor, 'channel:write')
  const valid = parse(channelSchema, input)
  refusePrivate(valid.settings)
  const row: ChannelRow = { id: newId(), ...valid, createdAt: now(), createdBy: actor.name }
  const db = await database()
  await db.write(async (tx) => {
    const { channels } = tx.tables(alertsTables)
    await tx.insert(channels).values(row)
    await appendAuditEvent(tx, { actor, action: 'channel.created', target: targetIn(row), after: asAudited(row) })
  })
  return channelView(row)
}

export async function changeChannel(actor: Principal | null, id: string, input: ChannelChange): Promise<ChannelView> {
  authorize(actor, 'channel:write')
  const change = parse(channelChangeSchema, input)
  if (change.settings) refusePrivate(change.settings)
  const db = await database()
  return db.write(async (tx) => {
    const before = await existing(tx, id)
    const settings = change.settings === undefined ? before.settings : withKeptSecret(change.settings, before.settings)
    const after: ChannelRow = { ...before, name: change.name ?? before.name, isEnabled: change.isEnabled ?? before.isEnabled, settings }
    const { channels } = tx.tables(alertsTables)
    await tx.update(channels).set({ name: after.name, isEnabled: after.isEnabled, settings }).where(eq(channels.id, id))
    await appendAuditEvent(tx, {
      actor,
      action: 'channel.changed',
      target: targetIn(after),
      before: asAudited(before),
      after: asAudited(after),
    })
    return channelView(after)
  })
}

/** Nothing is sent to it any more; what it was sent stays on record. */
export async function deleteChannel(actor: Principal | null, id: string): Promise<void> {
  authorize(actor, 'channel:write')
  const db = await database()
  await db.write(async (tx) => {
    const before = await existing(tx, id)
    const { channels } = tx.tables(alertsTables)
    await tx.update(channels).set({ deletedAt: now(), isEnabled: false }).where(eq(channels.id, id))
    await appendAuditEvent(tx, { actor, action: 'channel.deleted', target: targetIn(before), before: asAudited(before) })
  })
}

export interface ChannelTest {
  isDelivered: boolean
  /** Why not. */
  error: string | null
}

/** Sends a harmless message now and tells what became of it. */
export async function testChannel(actor: Principal | null, id: string): Promise<ChannelTest> {
  authorize(actor, 'channel:write')
  const db = await database()
  const at = now()
  const delivery = {
    id: newId(), channelId: id, incidentId: null, event: 'test' as const, status: 'waiting' as const,
    attempts: 1, nextAttemptAt: at + leaseFor(1), createdAt: at,
  }
  const channel = await db.write(async (tx) => {
    const { deliveries } = tx.tables(alertsTables)
    const found = await existing(tx, id)
    await tx.insert(deliveries).values(delivery)
    await appendAuditEvent(tx, { actor, action: 'channel.tested', target: targetIn(found) })
    return found
  })
  const error = await sendMessage(channel.settings, messageFor(delivery, null, { at, publicUrl: environment().publicUrl })).then(
    () => null,
    (reason: unknown) => (reason instanceof Error ? reason.message : 'unknown reason'),
  )
  await db.write(async (tx) => {
    const { deliveries } = tx.tables(alertsTables)
    const outcome = error === null ? { status: 'delivered' as const, deliveredAt: now() } : { status: 'failed' as const, lastError: error }
    await tx.update(deliveries).set(outcome).where(eq(deliveries.id, delivery.id))
  })
  return { isDelivered: error === null, error }
}

/** Names are looked up when something is sent; an address in the URL can be told at once. */
function refusePrivate(settings: ChannelSettings): void {
  if (settings.kind === 'email' || settings.allowPrivateAddresses) return
  const url = new URL(settings.url)
  const literal = literalAddress(url)
  if (url.hostname !== 'localhost' && (literal === null || !isPrivateAddress(literal))) return
  throw new ProblemError('invalid', `${url.hostname} is a private address. Tick “Allow private addresses” if it is meant.`, {
    code: 'private_address',
    fields: [{ path: 'settings.url', rule: 'private_address', message: 'This is a private address.' }],
  })
}

function withKeptSecret(settings: ChannelSettings, before: ChannelSettings): ChannelSettings {
  if (settings.kind !== 'webhook' || before.kind !== 'webhook' || settings.secret !== undefined) return settings
  return { ...settings, secret: before.secret }
}

async function existing(tx: Session, id: string): Promise<ChannelRow> {
  const channel = await channelById(tx, id)
  if (!channel) throw notFound('channel with this id', 'channel_unknown')
  return channel
}

function targetIn({ id, name }: ChannelRow) {
  return { kind: 'channel', id, name }
}

/** Without addresses in full: they may carry secrets, and the audit trail is read by many. */
function asAudited({ name, settings, isEnabled }: ChannelRow) {
  return { name, kind: settings.kind, isEnabled, ...targetOf(settings) }
}
