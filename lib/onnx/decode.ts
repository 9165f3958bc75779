/** Turns the runtime's output tensors into answers, one per row. Compiled once per version. */
import type { ClassName } from './classes'
import type { GraphSignature } from './signature-types'

export interface Answer {
  /** The class the model chose. */
  label?: ClassName
  /** Probability of the positive class, 0 to 1. */
  score?: number
  /** The number a regression answers. */
  value?: number
  /** By class, as text. */
  probabilities?: Record<string, number>
}

export interface OutputTensor {
  data: ArrayLike<unknown>
  dims: readonly number[]
  type: string
}

/** The runtime's outputs are not what the signature says: the version is broken, not the request. */
export class DecodeError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'DecodeError'
  }
}

export interface Decoder {
  /** The outputs to ask the runtime for; asking for others may fail (ZipMap) or cost. */
  fetches: string[]
  /** @throws DecodeError where an output is absent or has another number of values than rows and classes need. */
  decode(outputs: Readonly<Record<string, OutputTensor>>, rowCount: number): Answer[]
}

type Write = (answers: Answer[], outputs: Readonly<Record<string, OutputTensor>>) => void

export function compileDecoder(signature: GraphSignature): Decoder {
  const named = (role: string) => signature.outputs.find((output) => output.role === role && output.isServable)?.name
  const [label, probabilities, value] = [named('label'), named('probabilities'), named('value')]
  const writes: Write[] = []
  const fetches: string[] = []
  if (label !== undefined) {
    fetches.push(label)
    writes.push(labelWriter(label, signature.classes))
  }
  if (probabilities !== undefined) {
    fetches.push(probabilities)
    writes.push(probabilityWriter(probabilities, signature, label === undefined))
  }
  if (value !== undefined) {
    fetches.push(value)
    writes.push(valueWriter(value))
  }
  return {
    fetches,
    decode(outputs, rowCount) {
      const answers = Array.from({ length: rowCount }, (): Answer => ({}))
      for (const write of writes) write(answers, outputs)
      return answers
    },
  }
}

function outputOf(outputs: Readonly<Record<string, OutputTensor>>, name: string): ArrayLike<unknown> {
  const output = Object.hasOwn(outputs, name) ? outputs[name] : undefined
  if (!output) throw new DecodeError(`the runtime gave no output ${JSON.stringify(name)}`)
  return output.data
}

function perRow(data: ArrayLike<unknown>, name: string, rows: number, width: number): void {
  if (data.length !== rows * width) {
    throw new DecodeError(`output ${JSON.stringify(name)} has ${data.length} values for ${rows} rows of ${width}`)
  }
}

function labelWriter(name: string, classes: readonly ClassName[] | undefined): Write {
  // The file may hand out whole numbers where its classes are texts or the other way; the signature's form is used.
  const byText = new Map(classes?.map((one) => [String(one), one]))
  return (answers, outputs) => {
    const data = outputOf(outputs, name)
    perRow(data, name, answers.length, 1)
    for (let row = 0; row < answers.length; row++) {
      const raw = data[row]
      const plain = typeof raw === 'string' ? raw : Number(raw)
      const answer = answers[row] as Answer
      answer.label = byText.get(String(plain)) ?? plain
    }
  }
}

function probabilityWriter(name: string, signature: GraphSignature, isLabelled: boolean): Write {
  return (answers, outputs) => {
    const data = outputOf(outputs, name) as ArrayLike<number>
    const classes = signature.classes ?? numbered(data.length / Math.max(1, answers.length))
    const isSingle = classes.length === 2 && data.length === answers.length
    const width = isSingle ? 1 : classes.length
    perRow(data, name, answers.length, width)
    for (let row = 0; row < answers.length; row++) {
      const answer = answers[row] as Answer
      const probabilities: Record<string, number> = {}
      let highest = -Infinity
      for (let index = 0; index < classes.length; index++) {
        const one = classes[index] as ClassName
        const probability = isSingle ? ofPair(data[row] as number, index) : (data[row * width + index] as number)
        put(probabilities, String(one), probability)
        if (one === signature.positiveClass) answer.score = probability
        if (probability > highest) {
          highest = probability
          if (isLabelled) answer.label = one
        }
      }
      answer.probabilities = probabilities
    }
  }
}

/** The classes of a file that names none and leaves their number open. */
function numbered(count: number): number[] {
  return Array.from({ length: Math.floor(count) }, (_, index) => index)
}

/** One probability per row is that of the second class. */
function ofPair(probability: number, index: number): number {
  return index === 1 ? probability : 1 - probability
}

/** As `record[key] = value`, also for the one key where that would set the prototype. */
function put(record: Record<string, number>, key: string, value: number): void {
  if (key !== '__proto__') record[key] = value
  else Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true })
}

function valueWriter(name: string): Write {
  return (answers, outputs) => {
    const data = outputOf(outputs, name)
    perRow(data, name, answers.length, 1)
    for (let row = 0; row < answers.length; row++) (answers[row] as Answer).value = Number(data[row])
  }
}
