// Finds the command, runs it, prints what came of it and gives the exit code.
import { closeDatabase } from '@/lib/database'
import { EnvironmentError } from '@/lib/platform/environment'
import { isProblem } from '@/lib/platform/errors'
import { backup } from './backup'
import { batch } from './batch'
import { bundle } from './bundle'
import { EXIT, readCall, UsageError, type Command } from './command'
import { exportKserve, exportKubernetes, exportTriton } from './export'
import { helpOf, overview } from './help'
import { keyList, keyRotate } from './key'
import { promote } from './promote'
import { push } from './push'
import { restore } from './restore'
import { rollback } from './rollback'
import { ServerProblem, UnreachableError } from './server'
import { tokenCreate, tokenList, tokenRevoke } from './token'
import { uploadSpool } from './upload-spool'
import { verify } from './verify'

const COMMANDS: readonly Command[] = [tokenCreate, tokenList, tokenRevoke, push, promote, rollback, batch, bundle, uploadSpool, exportTriton, exportKserve, exportKubernetes, verify, keyList, keyRotate, backup, restore]

export async function runCommandLine(given: readonly string[]): Promise<number> {
  // Standard output is the command's own: logs would break --json.
  process.env.FLIGHTDECK_LOG_LEVEL ??= 'silent'
  const isJson = given.includes('--json')
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, index) => given[index] === word))
  if (command === undefined) return withoutCommand(given, isJson)
  try {
    const call = readCall(command, given.slice(command.name.split(' ').length))
    if (call.isHelp) {
      console.log(helpOf(command))
      return EXIT.ok
    }
    const outcome = await command.run(call)
    console.log(isJson ? JSON.stringify(outcome.json) : outcome.text)
    return outcome.exitCode ?? EXIT.ok
  } catch (error) {
    return tell(explain(error), isJson, `npx flightdeck ${command.name} --help`)
  } finally {
    await closeDatabase().catch(() => undefined)
  }
}

function withoutCommand(given: readonly string[], isJson: boolean): number {
  const first = given.find((word) => !word.startsWith('-'))
  if (first === undefined && (given.length === 0 || given.includes('--help') || given.includes('-h'))) {
    console.log(overview(COMMANDS))
    return given.length === 0 ? EXIT.usage : EXIT.ok
  }
  if ((first === 'token' || first === 'key' || first === 'export') && (given.includes('--help') || given.includes('-h'))) {
    console.log(overview(COMMANDS.filter(({ name }) => name.startsWith(`${first} `))))
    return EXIT.ok
  }
  const names = COMMANDS.map(({ name }) => name).join(', ')
  const message = first === undefined ? `Name a command: ${names}.` : `There is no command “${given.slice(0, 2).join(' ')}”. These exist: ${names}.`
  return tell({ exitCode: EXIT.usage, code: 'usage', message, fields: [] }, isJson, 'npx flightdeck --help')
}

interface Failure {
  exitCode: number
  code: string
  message: string
  fields: { path: string; message: string }[]
  requestId?: string
}

function explain(error: unknown): Failure {
  if (error instanceof UsageError) return { exitCode: EXIT.usage, code: 'usage', message: error.message, fields: [] }
  if (error instanceof EnvironmentError) return { exitCode: EXIT.usage, code: 'environment', message: error.message, fields: [] }
  if (error instanceof UnreachableError) return { exitCode: EXIT.unreachable, code: 'unreachable', message: error.message, fields: [] }
  if (error instanceof ServerProblem) {
    const { code, message, fields, requestId } = error
    return { exitCode: EXIT.refused, code, message, fields, requestId }
  }
  if (isProblem(error)) return { exitCode: EXIT.refused, code: error.code, message: error.message, fields: error.fields }
  const message = error instanceof Error ? error.message : String(error)
  return { exitCode: EXIT.refused, code: 'internal', message: `The command failed: ${message}`, fields: [] }
}

function tell({ exitCode, code, message, fields, requestId }: Failure, isJson: boolean, help: string): number {
  if (isJson) {
    console.log(JSON.stringify({ error: { code, message, fields, ...(requestId === undefined ? {} : { requestId }) } }))
    return exitCode
  }
  console.error(message)
  for (const field of fields) {
    const isSaid = fields.length === 1 && message.endsWith(field.message)
    if (!isSaid) console.error(`  ${field.path}: ${field.message}`)
  }
  if (exitCode === EXIT.usage) console.error(`See: ${help}`)
  return exitCode
}
