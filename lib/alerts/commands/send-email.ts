import { createTransport } from 'nodemailer'
import { environment } from '@/lib/platform/environment'
import { headline, plainText, type Message } from '../rules/message'

const SEND_LIMIT_MS = 10_000

export interface Mail {
  /** A repeated attempt under the same id is the same message to the reader's mail program. */
  id: string
  subject: string
  text: string
  link: string
}

export function sendEmail(to: readonly string[], message: Message): Promise<void> {
  return sendMail(to, { id: message.id, subject: headline(message), text: plainText(message), link: message.link })
}

/** Through the mail server of SMTP_URL. Rejects with a sentence about what went wrong. */
export async function sendMail(to: readonly string[], mail: Mail): Promise<void> {
  const { smtpUrl, mailFrom } = environment()
  if (smtpUrl === undefined) {
    throw new Error('No mail server is set. Set SMTP_URL, for example smtp://user:password@mail.example.com:587, and restart.')
  }
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: SEND_LIMIT_MS,
    greetingTimeout: SEND_LIMIT_MS,
    socketTimeout: SEND_LIMIT_MS,
  })
  try {
    await transport.sendMail({
      from: mailFrom,
      to: [...to],
      subject: mail.subject,
      text: mail.text,
      messageId: `<${mail.id}@${new URL(mail.link).hostname}>`,
    })
  } catch (error) {
    throw new Error(`The mail server did not take the message: ${error instanceof Error ? withoutAddresses(error.message) : 'unknown reason'}`)
  } finally {
    transport.close()
  }
}

/** Mail servers repeat whom they refuse; the reason is kept with the incident, which everybody reads, and logged. */
function withoutAddresses(reply: string): string {
  return reply.slice(0, 500).replace(/[^\s<>:;,@]+@[^\s<>:;,@]+/g, '[address]')
}
