// Where the entry of a child process or thread lies: in the bundle beside the server, or the TypeScript source run by tsx.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { environment } from './environment'

export interface ChildEntry {
  file: string
  execArgv: string[]
}

export function childEntry(name: 'probe' | 'explain' | 'isolate' | 'seed' | 'heavy' | 'score'): ChildEntry {
  const bundled = join(process.cwd(), 'dist', 'server', `${name}.js`)
  // The source wins in tests and development, where a bundle may be older.
  const isSource = environment().mode !== 'production' || !existsSync(bundled)
  return isSource ? { file: join(process.cwd(), 'server', `${name}.ts`), execArgv: ['--import', 'tsx'] } : { file: bundled, execArgv: [] }
}
