// Adds up the tables of subtrees (subtrees.ts), in WebAssembly: for each group the answers to its conditions say which row
// of its table counts, and that row is added to its players' values.
import { isBelow, loadByte, loadFloat, loadWhole, or, plus, plusFloat, repeatWhile, shiftLeft, storeFloat, timesWhole, WasmFunction, whole } from './wasm'

/**
 * A group: its table, what one of its table's rows takes, where its conditions end, and where it ends itself; then the
 * place of each condition among the answers, the first the highest bit of a row's number; then of each player its value's.
 */
export const GROUP = { table: 0, rowBytes: 4, conditionsEnd: 8, end: 12, conditions: 16 } as const

/** Addresses; `answers` and `values` are of the first row, those of the next follow at `…Bytes`. At least one group and row. */
export type SubtreeKernel = (
  groups: number,
  groupsEnd: number,
  answers: number,
  answersEnd: number,
  answersBytes: number,
  values: number,
  valuesBytes: number,
) => void

let compiled: WebAssembly.Module | undefined

export function openSubtreeKernel(memory: WebAssembly.Memory): SubtreeKernel {
  compiled ??= new WebAssembly.Module(kernelCode())
  return new WebAssembly.Instance(compiled, { explainer: { memory } }).exports['run'] as SubtreeKernel
}

function kernelCode(): Uint8Array<ArrayBuffer> {
  const code = new WasmFunction()
  const [groups, groupsEnd] = [code.parameter(), code.parameter()]
  const [answers, answersEnd, answersBytes] = [code.parameter(), code.parameter(), code.parameter()]
  const [values, valuesBytes] = [code.parameter(), code.parameter()]
  const [group, at, end, pattern, entry, address] = Array.from({ length: 6 }, () => code.whole()) as [Local, Local, Local, Local, Local, Local]
  return code.module(
    repeatWhile(
      isBelow(answers.tee(plus(answers.get, answersBytes.get)), answersEnd.get),
      group.set(groups.get),
      repeatWhile(
        isBelow(group.tee(at.get), groupsEnd.get),
        pattern.set(whole(0)),
        at.set(plus(group.get, whole(GROUP.conditions))),
        end.set(loadWhole(group.get, GROUP.conditionsEnd)),
        repeatWhile(
          isBelow(at.tee(plus(at.get, whole(4))), end.get),
          pattern.set(or(shiftLeft(pattern.get, whole(1)), loadByte(plus(answers.get, loadWhole(at.get))))),
        ),
        entry.set(plus(loadWhole(group.get, GROUP.table), timesWhole(pattern.get, loadWhole(group.get, GROUP.rowBytes)))),
        end.set(loadWhole(group.get, GROUP.end)),
        repeatWhile(
          isBelow(at.tee(plus(at.get, whole(4))), end.get),
          address.set(plus(values.get, loadWhole(at.get))),
          storeFloat(address.get, plusFloat(loadFloat(address.get), loadFloat(entry.get))),
          entry.set(plus(entry.get, whole(8))),
        ),
      ),
      values.set(plus(values.get, valuesBytes.get)),
    ),
  )
}

type Local = ReturnType<WasmFunction['whole']>
