/** The signature's words: plain JSON, in the order a version page shows them. Made by `readSignature`. */
import type { ClassName } from './classes'
import type { ElementType } from './graph'

export type SignatureElementType = ElementType
export type FieldType = 'number' | 'integer' | 'boolean' | 'category' | 'text'
export type SignatureTask = 'binary' | 'multiclass' | 'regression'

/** One raw column that a caller gives. */
export interface SignatureField {
  name: string
  type: FieldType
  /** The input tensor it goes into, and where in each row of it. */
  tensor: string
  column: number
  /** What the model's encoder knows, in its order; another value counts as unknown. Whole numbers as text. */
  categories?: string[]
  /** Whether the model has an answer for a row without it. */
  mayBeMissing: boolean
}

export interface SignatureTensor {
  name: string
  elementType: SignatureElementType
  /** As the file states it; null is any size. The first is the number of rows. */
  shape: (number | null)[]
  /** The names of its fields, in the order of its columns. */
  fields: string[]
}

export interface SignatureOutput {
  name: string
  elementType: SignatureElementType
  shape: (number | null)[]
  role: 'label' | 'probabilities' | 'value' | 'other'
  /** False for what onnxruntime-node cannot hand out: a ZipMap's sequence of maps, 16 bit floats. */
  isServable: boolean
}

export interface GraphSignature {
  fields: SignatureField[]
  tensors: SignatureTensor[]
  outputs: SignatureOutput[]
  task: SignatureTask
  /** In the order of the probabilities. */
  classes?: ClassName[]
  /** The class whose probability is the score. */
  positiveClass?: ClassName
  /** The only number of rows that one run takes, null for any. */
  rowsPerRun: number | null
}

/** What the person who registers the model knows and the file may not say. */
export interface SignatureHints {
  /** The names of the columns, over all inputs in the graph's order. */
  featureOrder?: string[]
  task?: SignatureTask
  /** In the order of the probabilities. */
  classes?: ClassName[]
  positiveClass?: ClassName
}
