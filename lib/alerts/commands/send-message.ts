import { now } from '@/lib/platform/clock'
import type { ChannelSettings } from '../contract'
import { slackBody, webhookBody, webhookHeaders, type Message } from '../rules/message'
import { sendEmail } from './send-email'
import { sendHttp } from './send-http'

/** One attempt on one channel. Resolves when it was taken; rejects with a sentence. */
export async function sendMessage(settings: ChannelSettings, message: Message): Promise<void> {
  switch (settings.kind) {
    case 'webhook': {
      const body = webhookBody(message)
      return sendHttp(settings, webhookHeaders(message.id, now(), body, settings.secret), body)
    }
    case 'slack':
      return sendHttp(settings, {}, slackBody(message))
    case 'email':
      return sendEmail(settings.to, message)
  }
}
