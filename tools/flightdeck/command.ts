// What a command is, and how its arguments are read.
import { parseArgs, type ParseArgsConfig } from 'node:util'

export const EXIT = { ok: 0, refused: 1, usage: 2, unreachable: 3 } as const

export interface Option {
  type: 'string' | 'boolean'
  /** Stands for the value in the help: `--name NAME`. */
  value?: string
  help: string
}

export interface Outcome {
  /** The one object that --json prints. */
  json: Record<string, unknown>
  /** What people read otherwise. */
  text: string
  exitCode?: number
}

export interface Call {
  arguments: string[]
  text(option: string): string | undefined
  /** Throws UsageError where it is not given. */
  required(option: string): string
  flag(option: string): boolean
}

export interface Command {
  /** As it is typed: `token create`. */
  name: string
  /** The arguments without a name, in order: `MODEL`, and `[FILE]` where it may be left out. */
  arguments: string[]
  summary: string
  options: Record<string, Option>
  details?: string
  run(call: Call): Promise<Outcome>
}

/** Called wrongly: exit code 2. */
export class UsageError extends Error {}

export const COMMON_OPTIONS: Record<string, Option> = {
  json: { type: 'boolean', help: 'Print one JSON object instead of text.' },
  help: { type: 'boolean', help: 'Print this.' },
}

export function readCall(command: Command, given: readonly string[]): Call & { isJson: boolean; isHelp: boolean } {
  const { values, positionals } = parse(command, given)
  const isHelp = values.help === true
  if (!isHelp) checkCount(command, positionals)
  const text = (option: string) => {
    const value = values[option]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  return {
    arguments: positionals,
    isHelp,
    isJson: values.json === true,
    text,
    flag: (option) => values[option] === true,
    required: (option) => {
      const value = text(option)
      if (value === undefined) throw new UsageError(`--${option} is missing: ${command.options[option]?.help ?? ''}`.trim())
      return value
    },
  }
}

function parse(command: Command, given: readonly string[]) {
  const options: ParseArgsConfig['options'] = {}
  for (const [name, { type }] of Object.entries({ ...command.options, ...COMMON_OPTIONS })) {
    options[name] = name === 'help' ? { type, short: 'h' } : { type }
  }
  try {
    return parseArgs({ args: [...given], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(sentence(error as Error, Object.keys(options)))
  }
}

/** Node's own words: "Unknown option '--foo'. To specify a positional argument …", "Option '--days <value>' argument …". */
function sentence(error: Error, names: readonly string[]): string {
  const unknown = /^Unknown option '(--?[^']+)'/.exec(error.message)?.[1]
  if (unknown !== undefined) return `There is no option ${unknown}. These exist: ${names.map((name) => `--${name}`).join(', ')}.`
  return `${error.message.split(/[\n.]/, 1)[0] ?? error.message}.`
}

function checkCount(command: Command, positionals: readonly string[]): void {
  const missing = command.arguments.slice(positionals.length).find((name) => !name.startsWith('['))
  if (missing !== undefined) throw new UsageError(`${missing} is missing.`)
  const extra = positionals[command.arguments.length]
  if (extra !== undefined) throw new UsageError(`“${extra}” is one argument too many.`)
}
