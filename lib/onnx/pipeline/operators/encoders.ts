/** Operators of ai.onnx.ml that prepare columns, as ONNX Runtime's CPU kernels do it. */
import { floatOf, floatsOf, intOf, intsOf, numbersIn, stringOf, stringsOf, type GraphNode } from '../../graph'
import { changedBy, roundingOf, UnsupportedError, type ProgramBuilder, type Wire } from '../builder'
import type { OperatorTable } from '../program'

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
  const out = builder.output(node, 'float32', wire.tail, builder.changed(node, wire))
  builder.step(wire.size, (numbers) => {
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
  const out = builder.output(node, wire.type, wire.tail, builder.changed(node, wire))
  builder.step(wire.size, (numbers) => {
    for (let cell = 0; cell < wire.size; cell++) {
      const value = numbers[wire.start + cell] as number
      numbers[out.start + cell] = isMissing(value) ? (fill[cell] as number) : value
    }
  })
}

function binarizer(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.numeric(node)
  const threshold = floatOf(node, 'threshold', 0)
  const out = builder.output(node, wire.type, wire.tail, builder.changed(node, wire))
  builder.step(wire.size, (numbers) => {
    for (let cell = 0; cell < wire.size; cell++)
      numbers[out.start + cell] = (numbers[wire.start + cell] as number) > threshold ? 1 : 0
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
  builder.spend(wire.size * width)
  const categories = (texts.length > 0 ? texts : wholes).map(String)
  const cells = wire.cells.flatMap((cell) => {
    const own = changedBy(node, cell)
    return categories.map((category) => ({ ...own, category }))
  })
  const out = builder.output(node, 'float32', [...wire.tail, width], cells)
  const isText = wire.type === 'text'
  builder.step(wire.size * width, (numbers, values) => {
    for (let cell = 0; cell < wire.size; cell++) {
      const start = out.start + cell * width
      for (let place = 0; place < width; place++) numbers[start + place] = 0
      const key = isText ? (values[wire.start + cell] as string) : Math.trunc(numbers[wire.start + cell] as number)
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

/** A table from one kind of value to another. */
interface Table {
  map: ReadonlyMap<string | number, string | number>
  isOfTexts: boolean
  type: 'text' | 'float32' | 'integer'
  fallback: string | number
}

function labelEncoder(node: GraphNode, builder: ProgramBuilder): void {
  const { wire, constant } = builder.operand(node, 0)
  const isOfTexts = wire ? wire.type === 'text' : Array.isArray(constant.values)
  const classes = stringsOf(node, 'classes_strings')
  const numbered = classes?.map((_, index) => index)
  const [keys, values] =
    classes && numbered
      ? isOfTexts
        ? [classes, numbered]
        : [numbered, classes]
      : [attributeOf(node, 'keys'), attributeOf(node, 'values')]
  encode(node, builder, tableOf(node, builder, keys, values, isOfTexts))
}

function categoryMapper(node: GraphNode, builder: ProgramBuilder): void {
  const isOfTexts = builder.input(node).type === 'text'
  const [texts, wholes] = [stringsOf(node, 'cats_strings'), intsOf(node, 'cats_int64s')]
  const [keys, values] = isOfTexts ? [texts, wholes] : [wholes, texts]
  encode(node, builder, tableOf(node, builder, keys, values, isOfTexts))
}

function tableOf(
  node: GraphNode,
  builder: ProgramBuilder,
  keys: Known | null,
  values: Known | null,
  isOfTexts: boolean,
): Table {
  const sample = values?.[0]
  if (!keys || !values || sample === undefined || keys.length !== values.length)
    throw new UnsupportedError(`${node.opType} without its keys or values`)
  if ((typeof keys[0] === 'string') !== isOfTexts) throw new UnsupportedError(`${node.opType} of another type`)
  builder.spend(keys.length)
  const map = new Map<string | number, string | number>()
  // Before version 4 a NaN key equals nothing.
  const findsNaN = (builder.opsets['ai.onnx.ml'] ?? 1) >= 4
  keys.forEach((key, index) => {
    if (!map.has(key) && (findsNaN || !Number.isNaN(key))) map.set(key, values[index] as string | number)
  })
  if (typeof sample === 'string') return { map, isOfTexts, type: 'text', fallback: defaultTextOf(node) }
  const isFloat = floatsOf(node, 'values_floats') !== null || isFloatTensor(node)
  return { map, isOfTexts, type: isFloat ? 'float32' : 'integer', fallback: defaultNumberOf(node, isFloat) }
}

function encode(node: GraphNode, builder: ProgramBuilder, { map, isOfTexts, type, fallback }: Table): void {
  const { constant } = builder.operand(node, 0)
  const find = (key: string | number) => map.get(key) ?? fallback
  if (constant) {
    const known: Known = Array.isArray(constant.values) ? constant.values : (numbersIn(constant) ?? [])
    const found = known.map((key) => find(key))
    if (type === 'text') builder.constant(node, found.map(String), 'string', constant.dims)
    else builder.constant(node, Float64Array.from(found, Number), type === 'float32' ? type : 'int64', constant.dims)
    return
  }
  const wire = builder.input(node)
  const out = builder.output(node, type, wire.tail, builder.changed(node, wire))
  builder.step(wire.size, (numbers, texts) => {
    for (let cell = 0; cell < wire.size; cell++) {
      const place = wire.start + cell
      const value = find((isOfTexts ? texts[place] : numbers[place]) as string | number)
      if (type === 'text') texts[out.start + cell] = value as string
      else numbers[out.start + cell] = value as number
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
  OneHotEncoder: oneHotEncoder,
  LabelEncoder: labelEncoder,
  CategoryMapper: categoryMapper,
}
