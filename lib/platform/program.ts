import { readFileSync } from 'node:fs'
import { join } from 'node:path'

let version: string | undefined

/** Of this program, as its package.json says. */
export function programVersion(): string {
  version ??= (JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8')) as { version: string }).version
  return version
}
