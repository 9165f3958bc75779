// What is said about an incident, on each kind of channel.
import { createHmac } from 'node:crypto'
import type { ChannelSettings, ChannelView, Delivery, IncidentView } from '../contract'

export interface Message {
  /** The delivery's id: receivers know a repeated message by it. */
  id: string
  event: Delivery['event']
  at: number
  /** null for a test of the channel. */
  incident: IncidentView | null
  link: string
}

/** What a delivery says, with the incident as it is now. */
export function messageFor(
  { id, event, incidentId }: Pick<Delivery, 'id' | 'event' | 'incidentId'>,
  incident: IncidentView | null,
  { at, publicUrl }: { at: number; publicUrl: string },
): Message {
  const path = incidentId === null ? '/settings/channels' : `/incidents/${incidentId}`
  return { id, event, at, incident, link: `${publicUrl}${path}` }
}

/** One line: subject of the e-mail, first line on Slack. */
export function headline({ event, incident }: Message): string {
  if (incident === null) return 'Flightdeck: this is a test'
  const about = incident.modelName === null ? '' : `${incident.modelName}: `
  if (event === 'resolved') return `Resolved: ${about}${incident.title}`
  return `${incident.severity === 'problem' ? 'Problem' : 'Attention'}: ${about}${incident.title}`
}

export function sentence({ event, incident }: Message): string {
  if (incident === null) return 'If you can read this, the channel works. Nothing is wrong.'
  return event === 'resolved' && incident.resolution !== null ? `${incident.resolution} (${incident.sentence})` : incident.sentence
}

export function plainText(message: Message): string {
  const figures = (message.incident?.evidence.figures ?? []).map((figure) => {
    const unit = figure.unit === undefined ? '' : ` ${figure.unit}`
    const write = (value: number | string) => `${written(value, figure.isShare)}${unit}`
    return `- ${figure.name}: ${write(figure.value)}${figure.limit === undefined ? '' : ` (limit ${write(figure.limit)})`}`
  })
  return [sentence(message), ...(figures.length === 0 ? [] : ['', ...figures]), '', message.link].join('\n')
}

function written(value: number | string, isShare = false): string {
  if (typeof value === 'string') return value
  if (isShare) return `${Number((value * 100).toPrecision(3))} %`
  return Number.isInteger(value) ? String(value) : Number(value.toPrecision(3)).toString()
}

/** Body of a webhook, in the shape of Standard Webhooks: type, timestamp, data. */
export function webhookBody(message: Message): string {
  const { event, incident, link, at } = message
  const type = incident === null ? 'channel.test' : event === 'resolved' ? 'incident.resolved' : 'incident.opened'
  const data =
    incident === null
      ? { message: sentence(message) }
      : {
          id: incident.id,
          model: incident.modelSlug,
          environment: incident.environment,
          kind: incident.kind,
          severity: incident.severity,
          status: incident.status,
          title: incident.title,
          sentence: incident.sentence,
          evidence: incident.evidence,
          openedAt: new Date(incident.openedAt).toISOString(),
          resolvedAt: incident.resolvedAt === null ? null : new Date(incident.resolvedAt).toISOString(),
          resolution: incident.resolution,
          link,
        }
  return JSON.stringify({ type, timestamp: new Date(at).toISOString(), data })
}

/** Headers of Standard Webhooks 1.0.0: id, seconds, and with a secret the HMAC-SHA256 of `id.seconds.body`. */
export function webhookHeaders(id: string, at: number, body: string, secret: string | undefined): Record<string, string> {
  const seconds = String(Math.floor(at / 1000))
  const headers = { 'webhook-id': id, 'webhook-timestamp': seconds }
  if (secret === undefined) return headers
  const signature = createHmac('sha256', secretBytes(secret)).update(`${id}.${seconds}.${body}`).digest('base64')
  return { ...headers, 'webhook-signature': `v1,${signature}` }
}

/** `whsec_` stands before base64; any other text is taken as it is. */
function secretBytes(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret, 'utf8')
}

/** Body of a Slack incoming webhook. Slack reads &, < and > as markup. */
export function slackBody(message: Message): string {
  const safe = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
  const text = `*${safe(headline(message))}*\n${safe(sentence(message))}\n<${message.link}|Open in Flightdeck>`
  return JSON.stringify({ text })
}

/** Where a channel leads, without what may be secret in it. */
export function targetOf(settings: ChannelSettings): Pick<ChannelView, 'target' | 'hasSecret' | 'allowPrivateAddresses'> {
  if (settings.kind === 'email') return { target: settings.to.join(', '), hasSecret: false, allowPrivateAddresses: false }
  // Any part of a path can be the secret: some services put nothing else in it.
  const { origin } = new URL(settings.url)
  const isCut = settings.url.length > origin.length + 1
  return {
    target: `${origin}${isCut ? '/…' : ''}`,
    hasSecret: settings.kind === 'webhook' && settings.secret !== undefined,
    allowPrivateAddresses: settings.allowPrivateAddresses,
  }
}
