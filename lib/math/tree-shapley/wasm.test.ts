import { describe, expect, it } from 'vitest'
import { choose, float, isBelow, plus, repeatWhile, storeFloat, storeWhole, unless, WasmFunction, whole } from './wasm'

function open(make: (code: WasmFunction) => Uint8Array<ArrayBuffer>) {
  const memory = new WebAssembly.Memory({ initial: 1 })
  const module = new WebAssembly.Module(make(new WasmFunction()))
  const { run } = new WebAssembly.Instance(module, { explainer: { memory } }).exports
  return { memory, run: run as (...numbers: number[]) => void }
}

describe('a function in WebAssembly', () => {
  it('holds whole numbers and offsets of every length', () => {
    const numbers = [0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, -8193, 2 ** 31 - 1, -(2 ** 31)]
    const { memory, run } = open((code) =>
      code.module(...numbers.map((number, index) => storeWhole(whole(0), whole(number), index * 1000))),
    )
    run()
    expect(numbers.map((_, index) => new Int32Array(memory.buffer)[index * 250])).toEqual(numbers)
  })

  it('repeats and chooses', () => {
    const { memory, run } = open((code) => {
      const times = code.parameter()
      const turn = code.whole()
      const sum = code.float()
      return code.module(
        unless(
          isBelow(times.get, whole(1)),
          repeatWhile(isBelow(turn.tee(plus(turn.get, whole(8))), times.get), storeWhole(turn.get, turn.get)),
        ),
        sum.set(choose(times.get, float(0.1), float(-0.5))),
        storeFloat(whole(0), sum.get, 512),
      )
    })
    run(0)
    expect(new Float64Array(memory.buffer)[64]).toBe(-0.5)
    expect(new Int32Array(memory.buffer)[2]).toBe(0)
    run(20)
    expect([...new Int32Array(memory.buffer).subarray(0, 10)]).toEqual([0, 0, 8, 0, 16, 0, 0, 0, 0, 0])
    expect(new Float64Array(memory.buffer)[64]).toBe(0.1)
  })
})
