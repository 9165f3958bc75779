import { readFileSync } from 'node:fs'
import { checkChain } from '@/lib/audit/queries'
import type { BundleContent } from '@/lib/evidence/contract/bundle'
import { replayBundle, type ReplayReport } from '@/lib/evidence/replay'
import { TOLERANCE } from '@/lib/evidence/rules/compare'
import { inWords, readKeys, verifyBundle, type Check } from '../verify-bundle.mjs'
import { EXIT, UsageError, type Call, type Command, type Outcome } from './command'
import { calledPath, localDatabase } from './local'

export const verify: Command = {
  name: 'verify',
  arguments: ['[BUNDLE]'],
  summary: 'Check an evidence bundle, offline, and replay it; without one, every link of the local audit chain.',
  options: {
    keys: { type: 'string', value: 'FILE|URL', help: 'The published keys of the installation that signed: /.well-known/flightdeck-keys.json.' },
    artifact: { type: 'string', value: 'FILE', help: 'The model file, where the bundle leaves it out.' },
    'no-replay': { type: 'boolean', help: 'Do not run the model: check hashes, signature and chain only.' },
  },
  details: [
    'Exit code 0: verified or intact. 1: something differs, and it is named. 2: the file cannot be read as a bundle.',
    '',
    'A bundle is checked by tools/verify-bundle.mjs, which is one file without packages and runs on its own:',
    '  node tools/verify-bundle.mjs BUNDLE --keys FILE',
    'Then the model is run on the stored inputs, and explained: the same runtime must give the same bits, another one',
    `numbers that differ by at most ${TOLERANCE} of their size. No server and no database are needed.`,
    '',
    'Without BUNDLE the audit chain of FLIGHTDECK_DATA_DIR or DATABASE_URL is checked, also while a server uses it.',
    'Note the head hash somewhere else: a chain whose later head no longer leads back to it was rewritten.',
  ].join('\n'),
  run: async (call) => {
    const [file] = call.arguments
    return file === undefined ? verifyChain(call) : verifyFile(call, calledPath(file))
  },
}

async function verifyChain(call: Call): Promise<Outcome> {
  for (const option of ['keys', 'artifact']) if (call.text(option) !== undefined) throw new UsageError(`--${option} belongs to a bundle: name its file.`)
  const check = await checkChain(await localDatabase())
  const { firstBreak } = check
  return {
    json: { ...check },
    exitCode: check.isIntact ? EXIT.ok : EXIT.refused,
    text:
      firstBreak === null
        ? `The audit chain is intact: ${check.events} events, head ${check.headHash}.`
        : `The audit chain is broken at event ${firstBreak.sequence}: ${firstBreak.reason}. ${check.events} events were read.`,
  }
}

async function verifyFile(call: Call, path: string): Promise<Outcome> {
  const keys = call.text('keys')
  const keySet = await readKeys(keys === undefined || /^https?:/.test(keys) ? keys : calledPath(keys)).catch((error: unknown) => {
    throw new UsageError(`The keys in ${keys} cannot be read: ${(error as Error).message}.`)
  })
  const artifact = call.text('artifact')
  const { bundle, ...verified } = verifyBundle(read(path), keySet)
  // What is not what was signed is not run.
  const isRun = bundle !== undefined && verified.exitCode === 0 && !call.flag('no-replay')
  const replay = isRun ? await replayBundle(bundle.content as BundleContent, artifact === undefined ? [] : [read(calledPath(artifact))]) : null
  const checks = [...verified.checks, ...(replay ? [replayCheck(replay)] : [])]
  const exitCode = checks.some(({ isOk }) => isOk === false) ? Math.max(verified.exitCode, EXIT.refused) : EXIT.ok
  return {
    json: { exitCode, fileHash: verified.fileHash, checks, ...(replay ? { replay } : {}) },
    exitCode,
    text: inWords({ exitCode: exitCode as 0 | 1 | 2, fileHash: verified.fileHash, checks }),
  }
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}.`)
  }
}

/** In the form of the verifier's own checks. */
function replayCheck({ answers, explanations, identical, differs, skipped, isSameRuntime, runtime }: ReplayReport): Check {
  const under = `Flightdeck ${runtime.flightdeck}, Node ${runtime.node}, ONNX Runtime ${runtime.onnxruntime}`
  const left = skipped.map(({ version, reason }) => `versions/${version}: ${reason}`)
  if (differs.length > 0) {
    const where = differs.map(({ prediction, what, comparison }) => `predictions/${prediction}/${what}/${comparison.at}: differs by ${comparison.largest.toExponential(1)} of its size`)
    return { check: 'replay', isOk: false, sentence: `The model says something else than what was signed (${under}).`, where: [...where, ...left] }
  }
  if (answers === 0) return { check: 'replay', isOk: null, sentence: 'Nothing was replayed.', where: left }
  const made = `Replayed under ${under}: ${answers} answers and ${explanations} explanations come out again, ${identical} of these ${answers + explanations} to the bit`
  const rest = identical === answers + explanations ? '.' : ` and the others to ${TOLERANCE} of their size.`
  return { check: 'replay', isOk: skipped.length > 0 ? null : true, sentence: `${made}${rest}${isSameRuntime ? '' : ' The bundle was issued under another runtime, so the last bits may differ.'}`, where: left }
}
