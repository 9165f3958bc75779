// The words of incidents and channels.
import { z } from 'zod'

export const INCIDENT_KINDS = [
  'drift', 'volume', 'errors', 'accuracy', 'explanation-drift', 'new-reason', 'forbidden-reason', 'guardrail', 'heartbeat', 'batch',
  'serving', 'log',
] as const
export type IncidentKind = (typeof INCIDENT_KINDS)[number]
export const INCIDENT_STATUSES = ['open', 'acknowledged', 'resolved'] as const
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number]

export interface IncidentEvidence {
  figures: { name: string; value: number | string; limit?: number | string; unit?: string; isShare?: boolean }[]
  /** Fields concerned, worst first. */
  fields?: { field: string; distance: number; sentence: string }[]
  window?: { from: number; to: number }
}

export interface Incident {
  id: string
  fingerprint: string
  modelId: string | null
  environment: string | null
  monitorId: string | null
  kind: IncidentKind
  severity: 'attention' | 'problem'
  status: IncidentStatus
  title: string
  sentence: string
  evidence: IncidentEvidence
  openedAt: number
  updatedAt: number
  acknowledgedAt: number | null
  acknowledgedBy: string | null
  resolvedAt: number | null
  resolvedBy: string | null
  resolution: string | null
}

/** With the model it is about, for lists and pages. */
export interface IncidentView extends Incident {
  modelSlug: string | null
  modelName: string | null
}

/** What a check says about one thing it watches; the fingerprint names that thing for ever. */
export interface Observation {
  fingerprint: string
  modelId: string | null
  environment: string | null
  monitorId: string | null
  kind: IncidentKind
  /** `insufficient` neither opens nor closes. */
  state: 'fired' | 'quiet' | 'insufficient'
  severity: Incident['severity']
  title: string
  sentence: string
  evidence: IncidentEvidence
}

export const noteSchema = z.object({ note: z.string().trim().max(2000).default('') })
export const resolutionSchema = z.object({
  note: z.string().trim().min(3, 'Say what was done or found: it is kept with the incident.').max(2000),
})

const httpUrl = z.url({ protocol: /^https?$/, error: 'Enter an address that starts with https:// or http://.' }).max(2000)
const allowPrivateAddresses = z.boolean().default(false)

export const channelSettingsSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('webhook'),
    url: httpUrl,
    /** Signs each message (Standard Webhooks). `whsec_` and base64, or any text of at least 16 characters. */
    secret: z.string().min(16, 'Use at least 16 characters.').max(200).optional(),
    /** Lets the address lie in a private network; a decision of the administrator. */
    allowPrivateAddresses,
  }),
  z.object({ kind: z.literal('slack'), url: httpUrl, allowPrivateAddresses }),
  z.object({ kind: z.literal('email'), to: z.array(z.email('Enter e-mail addresses such as ana@example.com.')).min(1).max(20) }),
])
export type ChannelSettings = z.infer<typeof channelSettingsSchema>

export const channelSchema = z.object({
  name: z.string().trim().min(1, 'Name the channel.').max(100),
  settings: channelSettingsSchema,
  isEnabled: z.boolean().default(true),
})
export type NewChannel = z.input<typeof channelSchema>

/** In a change, a webhook without a secret keeps the one it has. */
export const channelChangeSchema = z
  .object({ name: channelSchema.shape.name, settings: channelSettingsSchema, isEnabled: z.boolean() })
  .partial()
export type ChannelChange = z.input<typeof channelChangeSchema>

/** As shown: addresses of webhooks can carry secrets, so only where they lead is told. */
export interface ChannelView {
  id: string
  name: string
  kind: ChannelSettings['kind']
  target: string
  hasSecret: boolean
  allowPrivateAddresses: boolean
  isEnabled: boolean
  createdAt: number
  createdBy: string
  lastDelivery: { status: DeliveryStatus; at: number; error: string | null } | null
}

export const DELIVERY_STATUSES = ['waiting', 'delivered', 'failed'] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

export interface Delivery {
  id: string
  channelId: string
  channelName: string
  incidentId: string | null
  event: 'opened' | 'resolved' | 'test'
  status: DeliveryStatus
  attempts: number
  nextAttemptAt: number
  lastError: string | null
  createdAt: number
  deliveredAt: number | null
}
