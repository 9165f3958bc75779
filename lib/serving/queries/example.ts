// A call that works, to start from: a row of the background sample of the version that serves.
import type { Session } from '@/lib/database'
import { readStoredFile } from '@/lib/platform/storage'
import { versionById } from '@/lib/registry/queries'
import type { Version } from '@/lib/registry/contract'
import { releaseInForce } from '@/lib/releases/queries'

export interface ExampleCall {
  environment: string
  version: number
  inputs: Record<string, string | number | boolean | null>
}

/** Null where nothing is released in the environment. Fields without a value in the sample are null. */
export async function exampleCall(db: Session, modelId: string, environment: string): Promise<ExampleCall | null> {
  const release = await releaseInForce(db, modelId, environment)
  const champion = release?.arms.find((arm) => arm.role === 'champion')
  const version = champion ? await versionById(db, champion.versionId) : undefined
  if (!version) return null
  return { environment, version: version.number, inputs: await exampleInputs(version) }
}

async function exampleInputs(version: Version): Promise<ExampleCall['inputs']> {
  const { background } = version.files
  const rows = background === undefined ? [] : (JSON.parse(Buffer.from(await readStoredFile(background)).toString('utf8')) as ExampleCall['inputs'][])
  const row = rows[0] ?? {}
  return Object.fromEntries(version.signature.fields.map((field) => [field.name, Object.hasOwn(row, field.name) ? (row[field.name] ?? null) : null]))
}
