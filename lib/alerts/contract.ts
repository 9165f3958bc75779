// The words of incidents and channels.
import { z } from 'zod'

export interface IncidentEvidence {
  figures: { name: string; value: number | string; limit?: number | string; unit?: string }[]
  /** Fields concerned, worst first. */
  fields?: { field: string; distance: number; sentence: string }[]
  window?: { from: number; to: number }
}

export const channelSettingsSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('webhook'), url: z.url(), secret: z.string().min(16).optional() }),
  z.object({ kind: z.literal('slack'), url: z.url() }),
  z.object({ kind: z.literal('email'), to: z.array(z.email()).min(1).max(20) }),
])
export type ChannelSettings = z.infer<typeof channelSettingsSchema>

export const channelSchema = z.object({
  name: z.string().trim().min(1).max(100),
  settings: channelSettingsSchema,
  isEnabled: z.boolean().default(true),
})
export type NewChannel = z.input<typeof channelSchema>
