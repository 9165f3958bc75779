import { COMMON_OPTIONS, type Command, type Option } from './command'

const EXIT_CODES = `Exit codes:
  0  done, or the check passed
  1  refused, or the check failed
  2  called wrongly
  3  the server cannot be reached`

function rows(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([left]) => left.length)) + 2
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}${right}`).join('\n')
}

function optionRow([name, option]: [string, Option]): readonly [string, string] {
  return [`--${name}${option.value === undefined ? '' : ` ${option.value}`}`, option.help]
}

export function usageOf(command: Command): string {
  return ['npx flightdeck', command.name, ...command.arguments, '[options]'].join(' ')
}

export function helpOf(command: Command): string {
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS }).map(optionRow)
  return [`${usageOf(command)}\n\n${command.summary}`, ...(command.details === undefined ? [] : [command.details]), `Options:\n${rows(options)}`, EXIT_CODES].join('\n\n')
}

export function overview(commands: readonly Command[]): string {
  const list = commands.map((command) => [[command.name, ...command.arguments].join(' '), command.summary] as const)
  return [
    'npx flightdeck COMMAND [options]',
    rows(list),
    'npx flightdeck COMMAND --help tells the options of one command.',
    EXIT_CODES,
  ].join('\n\n')
}
