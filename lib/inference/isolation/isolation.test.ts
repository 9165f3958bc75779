import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { readModelFile } from '@/lib/onnx/model-file'
import { readSignature } from '@/lib/onnx/signature'
import { dividingModel, loopingModel } from '@/lib/onnx/testing/hostile-models'
import { identityModel } from '@/lib/onnx/testing/sample-models'
import { Isolation, type IsolatedVersion } from './open-isolated'
import { RunJournal } from './run-journal'
import { RUNNER_LIMITS } from './runner-process'

let isolation: Isolation
afterEach(() => isolation.close())

function version(id: string, bytes: Uint8Array, crashes: string[] = []): IsolatedVersion {
  return {
    id,
    read: async () => bytes,
    signature: readSignature(readModelFile(bytes)),
    onCrash: async (how, isAgain) => void crashes.push(`${id} ${how}${isAgain ? ' again' : ''}`),
  }
}

describe('isolation', () => {
  it('answers as the model does, and refuses as it does', async () => {
    isolation = new Isolation()
    const model = await isolation.open(version('a', identityModel()))
    expect(await model.run([{ x: 3 }, { x: 4 }])).toEqual([{ value: 3 }, { value: 4 }])
    await expect(model.run([{ x: 'one' }])).rejects.toMatchObject({ kind: 'invalid', code: 'inputs_invalid', fields: [{ path: 'inputs[0].x' }] })
  })

  it('lives on when a version ends the process, tries its run again, and knows who it was', async () => {
    isolation = new Isolation()
    const crashes: string[] = []
    const good = await isolation.open(version('good', identityModel(), crashes))
    const bad = await isolation.open(version('bad', dividingModel(), crashes))
    const first = isolation.pid
    const runs = await Promise.allSettled([good.run([{ x: 1 }]), bad.run([{ x: -2 }]), good.run([{ x: 2 }]), bad.run([{ x: 5 }]), good.run([{ x: 3 }])])
    expect(crashes).toEqual(['bad ended its process (SIGFPE)', 'bad ended its process (SIGFPE) again'])
    expect(runs.map((run) => run.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'])
    expect(runs[1]).toMatchObject({ reason: { kind: 'unavailable', code: 'model_crashed' } })
    expect(runs[4]).toMatchObject({ value: [{ value: 3 }] })
    expect(isolation.pid).not.toBe(first)
  })

  it('counts a process that was ended from outside once, and answers all the same', async () => {
    isolation = new Isolation()
    const crashes: string[] = []
    const model = await isolation.open(version('a', loopingModel(), crashes))
    const running = model.run([{ x: 1e6 }])
    await new Promise((resolve) => setTimeout(resolve, 20))
    process.kill(isolation.pid ?? 0, 'SIGKILL')
    expect(await running).toHaveLength(1)
    expect(crashes).toEqual(['a ended its process (SIGKILL)'])
  })

  it('ends a run that never ends', async () => {
    isolation = new Isolation({ ...RUNNER_LIMITS, answerMs: 700 })
    const crashes: string[] = []
    const model = await isolation.open(version('endless', loopingModel(), crashes))
    expect(await model.run([{ x: 3 }])).toEqual([{ value: 3 }])
    await expect(model.run([{ x: 1e18 }])).rejects.toMatchObject({ code: 'model_crashed' })
    expect(crashes).toEqual(['endless did not answer within 0.7 s', 'endless did not answer within 0.7 s again'])
  })

  it('ends the process with the last version that needs it', async () => {
    isolation = new Isolation()
    const [one, other] = [await isolation.open(version('a', identityModel())), await isolation.open(version('b', identityModel()))]
    await one.close()
    expect(isolation.pid).not.toBeNull()
    await other.close()
    expect(isolation.pid).toBeNull()
  })
})

describe('run journal', () => {
  it('tells the next process who ran when one ended, and nothing of an orderly end', () => {
    isolation = new Isolation()
    const folder = mkdtempSync(join(tmpdir(), 'flightdeck-journal-'))
    try {
      const entry = join(folder, 'die.ts')
      writeFileSync(entry, `import { RunJournal } from '${join(process.cwd(), 'lib/inference/isolation/run-journal.ts')}'
        const journal = RunJournal.open('${folder}/running')
        for (const id of ['a', 'b', 'c']) journal.begin(id)
        journal.end('b')
        if (process.argv[2] === 'orderly') journal.close()
        process.kill(process.pid, 'SIGKILL')`)
      const die = (how: string) => spawnSync(process.execPath, ['--import', 'tsx', entry, how], { encoding: 'utf8' })
      expect(die('at once').signal).toBe('SIGKILL')
      const next = RunJournal.open(join(folder, 'running'))
      expect(next.found).toEqual(['a', 'c'])
      next.close()
      die('orderly')
      const last = RunJournal.open(join(folder, 'running'))
      expect(last.found).toEqual([])
      last.close()
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
