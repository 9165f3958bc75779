/** Which output is the label, the probabilities or the value, and with that the model's task. */
import type { ClassName, OutputOrigin } from './classes'
import type { ElementType, Graph, ValueInfo } from './graph'
import { ModelFileError } from './model-file-error'
import type { SignatureHints, SignatureOutput, SignatureTask } from './signature-types'

export interface OutputReading {
  outputs: SignatureOutput[]
  task: SignatureTask
  classes?: ClassName[]
}

interface Candidate extends SignatureOutput {
  origin: OutputOrigin
  /** Values per row, null where the file leaves it open. */
  width: number | null
}

const LABEL_TYPES = new Set<ElementType>(['int64', 'int32', 'string', 'bool'])
const FLOATS = new Set<ElementType>(['float32', 'float64'])
const UNSERVABLE = new Set<ElementType>(['float16', 'bfloat16', 'other'])

export function readOutputs(
  graph: Graph,
  originOf: (output: string) => OutputOrigin,
  hints: SignatureHints & { known: ClassName[] | null },
): OutputReading {
  const outputs = graph.outputs.map((output) => candidate(output, originOf(output.name)))
  if (hints.task !== 'regression') {
    mark(outputs, 'probabilities', (one) => isFloat(one) && one.origin.makes === 'probabilities')
    mark(outputs, 'label', (one) => LABEL_TYPES.has(one.elementType) && (one.width ?? 1) === 1 && isLabel(one, outputs))
    const isLabelled = outputs.some((one) => one.role === 'label')
    // Beside a label one number is a distance (outlier detectors); alone it is what the hint says it is.
    if (isLabelled) mark(outputs, 'probabilities', (one) => isFloat(one) && one.width !== 1)
    else if (hints.task) mark(outputs, 'probabilities', isFloat)
  }
  mark(outputs, 'value', (one) => one.isServable && one.elementType !== 'string' && (one.width ?? 1) === 1)

  const label = outputs.find((one) => one.role === 'label')
  const probabilities = outputs.find((one) => one.role === 'probabilities')
  if (!label && !probabilities) {
    const isClassifier = hints.task === 'binary' || hints.task === 'multiclass'
    if (isClassifier || !outputs.some((one) => one.role === 'value')) throw noAnswer(hints.task)
    return { outputs: outputs.map(described), task: 'regression' }
  }
  const classes = classesOf(label, probabilities, hints)
  const task = hints.task ?? (classes?.length === 2 ? 'binary' : 'multiclass')
  if (classes && task === 'binary' && classes.length !== 2) {
    throw new ModelFileError(
      'hints',
      `The model has ${classes.length} classes, so it is not binary: leave the task out or name it multiclass.`,
    )
  }
  return { outputs: outputs.map(described), task, ...(classes ? { classes } : {}) }
}

function candidate(output: ValueInfo, origin: OutputOrigin): Candidate {
  const { name, type } = output
  if (type.kind !== 'tensor') {
    const map = type.kind === 'sequence' && type.of.kind === 'map' ? type.of : null
    const elementType = map?.of.kind === 'tensor' ? map.of.elementType : 'other'
    return { name, elementType, shape: [null], role: 'other', isServable: false, origin, width: null }
  }
  const shape = type.shape ?? [null, null]
  const tail = shape.slice(1)
  const width = tail.includes(null) ? null : tail.reduce<number>((product, size) => product * (size ?? 1), 1)
  const { elementType } = type
  return { name, elementType, shape, role: 'other', isServable: !UNSERVABLE.has(elementType), origin, width }
}

function described({ name, elementType, shape, role, isServable }: Candidate): SignatureOutput {
  return { name, elementType, shape, role, isServable }
}

function isFloat(one: Candidate): boolean {
  return FLOATS.has(one.elementType)
}

function isLabel(one: Candidate, outputs: readonly Candidate[]): boolean {
  return (
    one.origin.makes === 'label' ||
    one.elementType === 'string' ||
    /label|class/i.test(one.name) ||
    outputs.some((other) => other.role === 'probabilities' || (isFloat(other) && (other.width ?? 1) > 1))
  )
}

/** Gives the role to the first output that fits, unless one has it. */
function mark(outputs: Candidate[], role: SignatureOutput['role'], fits: (one: Candidate) => boolean): void {
  if (outputs.some((one) => one.role === role)) return
  const found = outputs.find((one) => one.role === 'other' && fits(one))
  if (found) found.role = role
}

function classesOf(
  label: Candidate | undefined,
  probabilities: Candidate | undefined,
  hints: SignatureHints & { known: ClassName[] | null },
): ClassName[] | undefined {
  const width = probabilities?.width ?? null
  // One probability per row is that of the second of two classes.
  const count = width === 1 ? 2 : width
  const found = hints.classes ?? label?.origin.classes ?? probabilities?.origin.classes ?? hints.known
  const unnamed = count ?? (hints.task === 'binary' && probabilities ? 2 : null)
  const classes = found ?? (unnamed === null ? undefined : Array.from({ length: unnamed }, (_, index) => index))
  if (classes === undefined) return undefined
  if (new Set(classes.map(String)).size !== classes.length) {
    throw new ModelFileError('hints', 'Two classes of the model have the same name: give each class its own.')
  }
  if (count !== null && classes.length !== count) {
    if (hints.classes) {
      throw new ModelFileError(
        'hints',
        `${classes.length} classes are named where the model gives ${count} probabilities: name one class for each.`,
      )
    }
    return Array.from({ length: count }, (_, index) => index)
  }
  return label?.elementType === 'string' ? classes.map(String) : classes
}

function noAnswer(task: SignatureTask | undefined): ModelFileError {
  return new ModelFileError(
    'unsupported-output',
    task === undefined
      ? 'No output gives one value, a label or probabilities per row: export the model with such an output, or name its task.'
      : `No output gives what a ${task} model answers (a label or probabilities per row): export the model with such an output, or name another task.`,
  )
}
