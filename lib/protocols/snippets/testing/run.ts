// Runs snippets as a reader would who copied them: with the interpreter of their language, where it is there.
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pythonWith } from '@/lib/platform/testing/python'
import { TOKEN_VARIABLE, type SnippetLanguage } from '../contract'

const LONGEST_RUN_MS = 60_000
const OLDEST_JAVA = 15

export const RUNNABLE = ['curl', 'python', 'typescript', 'java'] as const satisfies readonly SnippetLanguage[]
export type Runnable = (typeof RUNNABLE)[number]

const python = pythonWith('requests')

const COMMANDS: Record<Runnable, (code: string) => [string, ...string[]]> = {
  curl: (code) => ['sh', '-c', code],
  python: (code) => [python ?? 'python3', '-c', code],
  typescript: (code) => [process.execPath, '--input-type=module', '-e', code],
  java: (code) => {
    const file = join(mkdtempSync(join(tmpdir(), 'flightdeck-snippet-')), 'Predict.java')
    writeFileSync(file, code)
    return ['java', '-XX:TieredStopAtLevel=1', file]
  },
}

/** Why snippets of this language cannot be run here; null where they can. */
export function missing(language: Runnable): string | null {
  switch (language) {
    case 'curl':
      return spawnSync('curl', ['--version']).status === 0 ? null : 'needs curl'
    case 'python':
      return python === null ? 'needs a python3 with requests' : null
    case 'typescript':
      return null
    case 'java':
      return isJdk() ? null : `needs a JDK from ${OLDEST_JAVA} on`
  }
}

function isJdk(): boolean {
  const { status, stdout } = spawnSync('javac', ['-version'], { encoding: 'utf8' })
  return status === 0 && Number(/javac (\d+)/.exec(stdout)?.[1]) >= OLDEST_JAVA
}

/** What it prints. Rejects with what it complains about. */
export function run(language: Runnable, code: string, token: string): Promise<string> {
  const [command, ...args] = COMMANDS[language](code)
  return new Promise((resolve, reject) => {
    execFile(command, args, { env: { ...process.env, [TOKEN_VARIABLE]: token }, timeout: LONGEST_RUN_MS }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${language}: ${stdout}${stderr}`))
      else resolve(stdout)
    })
  })
}
