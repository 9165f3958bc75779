// The keys that sign evidence, on the machine itself.
import { rotateSigningKey } from '@/lib/evidence/commands/signing-key'
import { listSigningKeys, publicKeySet } from '@/lib/evidence/queries/keys'
import { isoOrEmpty } from '@/lib/platform/csv'
import type { Command } from './command'
import { COMMAND_LINE, localDatabase } from './local'

export const keyList: Command = {
  name: 'key list',
  arguments: [],
  summary: 'List the keys that sign evidence, newest first; --json prints the published key set.',
  options: {},
  run: async () => {
    const db = await localDatabase()
    const keys = await listSigningKeys(db)
    const lines = keys.map(({ id, createdAt, retiredAt }) => `${id}  ${isoOrEmpty(createdAt)}  ${retiredAt === null ? 'signs' : `retired ${isoOrEmpty(retiredAt)}`}`)
    return { json: { ...(await publicKeySet(db)) }, text: lines.length === 0 ? 'No key yet: the first one is made when the server starts.' : lines.join('\n') }
  },
}

export const keyRotate: Command = {
  name: 'key rotate',
  arguments: [],
  summary: 'Sign evidence with a new key from now on; what the old one signed stays valid.',
  options: { reason: { type: 'string', value: 'TEXT', help: 'Why: kept in the audit chain.' } },
  details: 'Also works where the old key cannot be opened any more because FLIGHTDECK_SECRET changed. The old private key is erased.',
  run: async (call) => {
    const reason = call.required('reason')
    await localDatabase()
    const key = await rotateSigningKey(COMMAND_LINE, { reason })
    return { json: { key: key.id, publicKey: key.publicKey }, text: `The key ${key.id} signs from now on. Tell those who keep a copy of /.well-known/flightdeck-keys.json to fetch it again.` }
  },
}
