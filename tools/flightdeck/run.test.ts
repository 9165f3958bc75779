import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runCommandLine } from './run'

const COMMANDS = ['token create', 'token list', 'token revoke', 'push', 'promote', 'rollback', 'verify', 'backup', 'restore']

describe('the command line', () => {
  const out: string[] = []
  const err: string[] = []
  beforeEach(() => {
    vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line))
    vi.spyOn(console, 'error').mockImplementation((line: string) => void err.push(line))
  })
  afterEach(() => {
    vi.restoreAllMocks()
    out.length = 0
    err.length = 0
  })

  it.each([
    [['token', 'create', '--name', 'x'], 'Give --role or --scope'],
    [['token', 'create', '--role', 'viewer'], '--name is missing'],
    [['token', 'create', '--name', 'x', '--role', 'viewer', '--days', 'soon'], '--days takes'],
    [['token', 'create', '--nme', 'x'], 'There is no option --nme. These exist: --name, --role'],
    [['token', 'create', '--name'], "Option '--name <value>' argument missing."],
    [['token', 'create', '--name', '--days'], "Option '--name' argument is ambiguous."],
    [['token', 'revoke'], 'TOKEN is missing'],
    [['token', 'list', 'all'], '“all” is one argument too many'],
    [['tokens'], 'There is no command “tokens”'],
    [['backup'], 'DIRECTORY is missing'],
    [['push', 'm.onnx', '--token', 't', '--reason', 'because'], '--reason belongs to a promotion: add --request-promotion'],
    [['push', 'm.onnx', '--token', 't', '--request-promotion'], '--reason is missing'],
    [['push', '--token', 't', '--model', 'm'], 'MODEL.onnx is missing. Give it, or --endpoint.'],
    [['push', 'm.onnx', '--endpoint', 'e.json', '--token', 't', '--model', 'm'], 'not both'],
    [['push', 'm.onnx', '--token', 't'], 'Which model is this a version of?'],
    [['push', '/nowhere/m.onnx', '--token', 't', '--model', 'm'], '/nowhere/m.onnx cannot be read (ENOENT)'],
    [['promote', 'm', 'two', '--reason', 'because', '--token', 't'], '“two” is not a version'],
    [['promote', 'm', '2', '--reason', 'because', '--token', 't', '--canary', '100%'], '--canary takes a percentage'],
    [['promote', 'm', '2', '--reason', 'because', '--token', 't', '--canary', '5'], '--canary takes a percentage'],
    [['rollback', 'm', '--token', 't'], '--reason is missing'],
    [['rollback', 'm', '--reason', 'because', '--token', 't', '--url', 'flightdeck'], '--url takes an address'],
    [['promote', 'm', '2', '--reason', 'because'], 'There is no token to call with'],
  ])('%j is called wrongly: exit code 2 and why', async (args, message) => {
    vi.stubEnv('FLIGHTDECK_TOKEN', undefined)
    expect(await runCommandLine(args)).toBe(2)
    expect(err.join('\n')).toContain(message)
    expect(err.at(-1)).toMatch(/^See: npx flightdeck .*--help$/)
    expect(out).toEqual([])
    vi.unstubAllEnvs()
  })

  it('tells a server that does not answer from one that refuses', async () => {
    expect(await runCommandLine(['promote', 'm', '2', '--reason', 'because', '--token', 't', '--url', 'http://127.0.0.1:9', '--json'])).toBe(3)
    expect(JSON.parse(out.join(''))).toMatchObject({ error: { code: 'unreachable' } })
  })

  it('lists the commands, with exit code 2 where none was asked for', async () => {
    expect(await runCommandLine([])).toBe(2)
    expect(await runCommandLine(['--help'])).toBe(0)
    expect(out[0]).toBe(out[1])
    for (const name of COMMANDS) expect(out[0]).toContain(`  ${name}`)
  })

  it.each(COMMANDS)('explains %s', async (name) => {
    expect(await runCommandLine([...name.split(' '), '-h'])).toBe(0)
    expect(out[0]).toContain(`npx flightdeck ${name}`)
    expect(out[0]).toContain('--json')
  })
})
