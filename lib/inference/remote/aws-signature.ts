// AWS Signature Version 4 for a call of a SageMaker endpoint.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { createHmac } from 'node:crypto'
import { sha256 } from '@/lib/platform/crypto'
import type { AwsSigning } from './endpoint'
import type { Asked } from './exchange'
import { readSecret } from './secrets'

const SERVICE = 'sagemaker'

export interface AwsKeys {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/** The headers that sign the call, made now. AWS refuses a time that is off by more than 5 minutes, so it is the machine's own. */
export async function signForAws(asked: Asked, aws: AwsSigning): Promise<Record<string, string>> {
  const keys = {
    accessKeyId: await readSecret(aws.accessKeyId),
    secretAccessKey: await readSecret(aws.secretAccessKey),
    ...(aws.sessionToken === undefined ? {} : { sessionToken: await readSecret(aws.sessionToken) }),
  }
  return awsSignature(asked, keys, { region: aws.region, service: SERVICE, at: new Date() })
}

export function awsSignature(asked: Asked, keys: AwsKeys, { region, service, at }: { region: string; service: string; at: Date }): Record<string, string> {
  const time = at.toISOString().replace(/[-:]|\.\d{3}/g, '')
  const date = time.slice(0, 8)
  const added = { 'x-amz-date': time, ...(keys.sessionToken === undefined ? {} : { 'x-amz-security-token': keys.sessionToken }) }
  const signed = Object.entries({ ...lowerCase(asked.headers), ...added, host: asked.url.host }).sort(([a], [b]) => (a < b ? -1 : 1))
  const names = signed.map(([name]) => name).join(';')
  const canonical = [
    asked.method,
    asked.url.pathname.split('/').map(encoded).join('/'),
    [...asked.url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort().join('&'),
    ...signed.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, ' ')}`),
    '',
    names,
    sha256(asked.body ?? ''),
  ].join('\n')
  const scope = `${date}/${region}/${service}/aws4_request`
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')
  const key = [date, region, service, 'aws4_request'].reduce<Buffer | string>((secret, part) => hmac(secret, part), `AWS4${keys.secretAccessKey}`)
  const signature = hmac(key, text).toString('hex')
  return { ...added, authorization: `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}` }
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

/** RFC 3986, as AWS wants it: all but the unreserved characters. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
