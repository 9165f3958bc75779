/** Operators of ai.onnx.ml that prepare columns, as ONNX Runtime's CPU kernels do it. */
import { floatOf, floatsOf, intOf, intsOf, numbersIn, stringOf, stringsOf, type GraphNode } from '../graph'
import { allFields, roundingOf, UnsupportedError, type ProgramBuilder, type Wire } from './builder'
import type { OperatorTable } from './program'

/** The attribute's number for each column: one for all, or one each. */
function perColumn(node: GraphNode, name: string, wire: Wire): Float64Array {
  const found = floatsOf(node, name) ?? []
  const width = wire.tail.at(-1) ?? 1
  if (found.length !== 1 && found.length !== width)
    throw new UnsupportedError(`${node.opType} with ${found.length} ${name} for ${width} columns`)
  return Float64Array.from({ length: wire.size }, (_, cell) => found[found.length === 1 ? 0 : cell % width] as number)
}

/** scaler.cc: (x - offset) scale, each step in the input's precision. */
function scaler(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.numeric(node)
  const [offset, scale] = [perColumn(node, 'offset', wire), perColumn(node, 'scale', wire)]
  const round = roundingOf(wire.type === 'float64' ? 'float64' : 'float32')
  const out = builder.output(node, 'float32', wire.tail, wire.fields)
  builder.steps.push((numbers) => {
    for (let cell = 0; cell < wire.size; cell++) {
      const moved = round((numbers[wire.start + cell] as number) - (offset[cell] as number))
      numbers[out.start + cell] = Math.fround(moved * (scale[cell] as number))
    }
  })
}

function imputer(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.numeric(node)
  const isWhole = wire.type === 'integer'
  const [values, replaced] = isWhole
    ? [intsOf(node, 'imputed_value_int64s'), intOf(node, 'replaced_value_int64', 0)]
    : [floatsOf(node, 'imputed_value_floats'), floatOf(node, 'replaced_value_float', 0)]
  if (!values || values.length === 0) throw new UnsupportedError('Imputer without values')
  const width = wire.tail.at(-1) ?? 1
  const fill = Float64Array.from(
    { length: wire.size },
    (_, cell) => values[values.length === width ? cell % width : 0] as number,
  )
  const isMissing = Number.isNaN(replaced) ? Number.isNaN : (value: number) => value === replaced
  const out = builder.output(node, wire.type, wire.tail, wire.fields)
  builder.steps.push((numbers) => {
    for (let cell = 0; cell < wire.size; cell++) {
      const value = numbers[wire.start + cell] as number
      numbers[out.start + cell] = isMissing(value) ? (fill[cell] as number) : value
    }
  })
}

function binarizer(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.numeric(node)
  const threshold = floatOf(node, 'threshold', 0)
  const out = builder.output(node, wire.type, wire.tail, wire.fields)
  builder.steps.push((numbers) => {
    for (let cell = 0; cell < wire.size; cell++)
      numbers[out.start + cell] = (numbers[wire.start + cell] as number) > threshold ? 1 : 0
  })
}

/** normalizer.cc; its MAX is the largest value, not magnitude, and where the norm is 0 nothing is divided. */
function normalizer(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.numeric(node)
  const norm = stringOf(node, 'norm', 'MAX')
  const fields = allFields([wire])
  const out = builder.output(
    node,
    'float32',
    wire.tail,
    wire.fields.map(() => fields),
  )
  const { start, size } = wire
  builder.steps.push((numbers) => {
    let total = norm === 'MAX' ? -Infinity : 0
    for (let cell = start; cell < start + size; cell++) {
      const value = numbers[cell] as number
      if (norm === 'MAX') total = Math.max(total, value)
      else total = Math.fround(total + (norm === 'L1' ? Math.abs(value) : Math.fround(value * value)))
    }
    for (let cell = 0; cell < size; cell++) {
      const value = numbers[start + cell] as number
      let result = value
      if (total !== 0) {
        result =
          norm === 'L2' ? Math.sign(value) * Math.sqrt(Math.fround(Math.fround(value * value) / total)) : value / total
      }
      numbers[out.start + cell] = Math.fround(result)
    }
  })
}

/** Each cell becomes a run of zeros with a one at its category; numbers are cut to whole ones first. */
function oneHotEncoder(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.input(node)
  const texts = stringsOf(node, 'cats_strings') ?? []
  const wholes = intsOf(node, 'cats_int64s') ?? []
  const width = texts.length || wholes.length
  if (width === 0 || (wire.type === 'text') !== texts.length > 0)
    throw new UnsupportedError('OneHotEncoder of another type')
  const places = new Map<string | number, number>(
    (texts.length > 0 ? texts : wholes).map((category, place) => [category, place]),
  )
  const fields = wire.fields.flatMap((own) => new Array<readonly number[]>(width).fill(own))
  const out = builder.output(node, 'float32', [...wire.tail, width], fields)
  const isText = wire.type === 'text'
  builder.steps.push((numbers, cells) => {
    for (let cell = 0; cell < wire.size; cell++) {
      const start = out.start + cell * width
      for (let place = 0; place < width; place++) numbers[start + place] = 0
      const key = isText ? (cells[wire.start + cell] as string) : Math.trunc(numbers[wire.start + cell] as number)
      const place = places.get(key)
      if (place !== undefined) numbers[start + place] = 1
    }
  })
}

type Known = readonly string[] | readonly number[]

function attributeOf(node: GraphNode, name: 'keys' | 'values'): Known | null {
  const found = stringsOf(node, `${name}_strings`) ?? intsOf(node, `${name}_int64s`) ?? floatsOf(node, `${name}_floats`)
  if (found) return found
  const tensor = node.attributes.get(`${name}_tensor`)
  if (tensor?.kind !== 'tensor') return null
  return Array.isArray(tensor.value.values) ? tensor.value.values : numbersIn(tensor.value)
}

function labelEncoder(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.input(node)
  const classes = stringsOf(node, 'classes_strings')
  const numbered = classes?.map((_, index) => index)
  const [keys, values] =
    classes && numbered
      ? wire.type === 'text'
        ? [classes, numbered]
        : [numbered, classes]
      : [attributeOf(node, 'keys'), attributeOf(node, 'values')]
  encode(node, builder, wire, keys, values)
}

function categoryMapper(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.input(node)
  const [texts, wholes] = [stringsOf(node, 'cats_strings'), intsOf(node, 'cats_int64s')]
  const [keys, values] = wire.type === 'text' ? [texts, wholes] : [wholes, texts]
  encode(node, builder, wire, keys, values)
}

function encode(node: GraphNode, builder: ProgramBuilder, wire: Wire, keys: Known | null, values: Known | null): void {
  const sample = values?.[0]
  if (!keys || !values || sample === undefined || keys.length !== values.length)
    throw new UnsupportedError(`${node.opType} without its keys or values`)
  if ((typeof keys[0] === 'string') !== (wire.type === 'text'))
    throw new UnsupportedError(`${node.opType} of another type`)
  const map = new Map<string | number, string | number>()
  // Before version 4 a NaN key equals nothing.
  const findsNaN = (builder.opsets['ai.onnx.ml'] ?? 1) >= 4
  keys.forEach((key, index) => {
    if (!map.has(key) && (findsNaN || !Number.isNaN(key))) map.set(key, values[index] as string | number)
  })
  const isText = wire.type === 'text'
  if (typeof sample === 'string') {
    const fallback = defaultTextOf(node)
    const out = builder.output(node, 'text', wire.tail, wire.fields)
    builder.steps.push((numbers, texts) => {
      for (let cell = 0; cell < wire.size; cell++) {
        const key = isText ? (texts[wire.start + cell] as string) : (numbers[wire.start + cell] as number)
        texts[out.start + cell] = (map.get(key) as string | undefined) ?? fallback
      }
    })
    return
  }
  const isFloat = floatsOf(node, 'values_floats') !== null || isFloatTensor(node)
  const fallback = defaultNumberOf(node, isFloat)
  const out = builder.output(node, isFloat ? 'float32' : 'integer', wire.tail, wire.fields)
  builder.steps.push((numbers, texts) => {
    for (let cell = 0; cell < wire.size; cell++) {
      const key = isText ? (texts[wire.start + cell] as string) : (numbers[wire.start + cell] as number)
      numbers[out.start + cell] = (map.get(key) as number | undefined) ?? fallback
    }
  })
}

function isFloatTensor(node: GraphNode): boolean {
  const tensor = node.attributes.get('values_tensor')
  return tensor?.kind === 'tensor' && ['float32', 'float64'].includes(tensor.value.elementType)
}

function defaultTextOf(node: GraphNode): string {
  const tensor = node.attributes.get('default_tensor')
  const own = tensor?.kind === 'tensor' && Array.isArray(tensor.value.values) ? tensor.value.values[0] : undefined
  return own ?? stringOf(node, 'default_string', '_Unused')
}

function defaultNumberOf(node: GraphNode, isFloat: boolean): number {
  const tensor = node.attributes.get('default_tensor')
  const own = tensor?.kind === 'tensor' ? numbersIn(tensor.value)?.[0] : undefined
  return own ?? (isFloat ? floatOf(node, 'default_float', 0) : intOf(node, 'default_int64', -1))
}

export const ENCODERS: OperatorTable = {
  Scaler: scaler,
  Imputer: imputer,
  Binarizer: binarizer,
  Normalizer: normalizer,
  OneHotEncoder: oneHotEncoder,
  LabelEncoder: labelEncoder,
  CategoryMapper: categoryMapper,
}
