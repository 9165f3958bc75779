/** Model files of small random trees, in every layout and with every odd choice an exporter can make. For tests. */
import { Random } from '@/lib/math/random'
import {
  FLOAT,
  INT64,
  ML,
  STRING,
  byteTensor,
  floatTensor,
  int64Tensor,
  model,
  node,
  value,
  type AttributeValue,
} from './write-model'

export interface TreeModelOptions {
  seed?: number
  columns?: number
  trees?: number
  depth?: number
  /** `BRANCH_…`, drawn from. */
  modes?: string[]
  /** Share of splits with nodes_missing_value_tracks_true. */
  missing?: number
  baseValues?: number[]
  postTransform?: string
  /** Of the columns; float32 if not given. */
  inputType?: number
  /** Lowest and highest leaf weight. */
  weights?: [number, number]
}

interface GrownTree {
  ids: number[]
  features: number[]
  modes: string[]
  thresholds: number[]
  tracks: number[]
  yes: number[]
  no: number[]
  leaves: number[]
}

function grow(
  random: Random,
  { columns = 3, depth = 3, modes = ['BRANCH_LEQ'], missing = 0 }: TreeModelOptions,
): GrownTree {
  const tree: GrownTree = { ids: [], features: [], modes: [], thresholds: [], tracks: [], yes: [], no: [], leaves: [] }
  const add = (left: number): number => {
    const id = tree.ids.length
    tree.ids.push(id)
    const isLeaf = left === 0
    tree.features.push(isLeaf ? 0 : random.integer(columns))
    tree.modes.push(isLeaf ? 'LEAF' : (modes[random.integer(modes.length)] ?? ''))
    tree.thresholds.push(isLeaf ? 0 : random.integer(5))
    tree.tracks.push(!isLeaf && random.uniform() < missing ? 1 : 0)
    tree.yes.push(0)
    tree.no.push(0)
    if (isLeaf) tree.leaves.push(id)
    else {
      tree.yes[id] = add(left - 1)
      tree.no[id] = add(left - 1)
    }
    return id
  }
  add(depth)
  return tree
}

function nodesOf(trees: readonly GrownTree[]): Record<string, AttributeValue> {
  return {
    nodes_treeids: { ints: trees.flatMap((tree, index) => tree.ids.map(() => index)) },
    nodes_nodeids: { ints: trees.flatMap((tree) => tree.ids) },
    nodes_featureids: { ints: trees.flatMap((tree) => tree.features) },
    nodes_modes: { texts: trees.flatMap((tree) => tree.modes) },
    nodes_values: { floats: trees.flatMap((tree) => tree.thresholds) },
    nodes_missing_value_tracks_true: { ints: trees.flatMap((tree) => tree.tracks) },
    nodes_truenodeids: { ints: trees.flatMap((tree) => tree.yes) },
    nodes_falsenodeids: { ints: trees.flatMap((tree) => tree.no) },
  }
}

function grown(options: TreeModelOptions): { random: Random; trees: GrownTree[]; weight: () => number } {
  const random = new Random(options.seed ?? 1)
  const trees = Array.from({ length: options.trees ?? 4 }, () => grow(random, options))
  const [low, high] = options.weights ?? [-1, 1]
  return { random, trees, weight: () => Math.fround(random.uniform(low, high)) }
}

function weightsOf(
  prefix: string,
  trees: readonly GrownTree[],
  targets: readonly number[],
  weight: () => number,
): Record<string, AttributeValue> {
  const all = trees.flatMap((tree, index) =>
    tree.leaves.flatMap((leaf) => targets.map((target) => ({ index, leaf, target }))),
  )
  return {
    [`${prefix}_treeids`]: { ints: all.map(({ index }) => index) },
    [`${prefix}_nodeids`]: { ints: all.map(({ leaf }) => leaf) },
    [`${prefix}_ids`]: { ints: all.map(({ target }) => target) },
    [`${prefix}_weights`]: { floats: all.map(weight) },
  }
}

function common({ baseValues, postTransform = 'NONE' }: TreeModelOptions): Record<string, AttributeValue> {
  return { post_transform: { text: postTransform }, ...(baseValues ? { base_values: { floats: baseValues } } : {}) }
}

/** @param classIds the classes that every leaf has a weight for */
export function classifierModel(
  options: TreeModelOptions & { classes: (string | number)[]; classIds: number[] },
): Uint8Array {
  const { trees, weight } = grown(options)
  const { classes, classIds } = options
  const isText = typeof classes[0] === 'string'
  const labels: AttributeValue = isText ? { texts: classes.map(String) } : { ints: classes.map(Number) }
  return model({
    nodes: [
      node('TreeEnsembleClassifier', ['x'], ['label', 'probabilities'], {
        domain: ML,
        attributes: {
          ...nodesOf(trees),
          ...weightsOf('class', trees, classIds, weight),
          ...common(options),
          [isText ? 'classlabels_strings' : 'classlabels_int64s']: labels,
        },
      }),
    ],
    inputs: [value('x', options.inputType ?? FLOAT, [null, options.columns ?? 3])],
    outputs: [value('label', isText ? STRING : INT64, [null]), value('probabilities', FLOAT, [null, classes.length])],
  })
}

/** With several targets a second output, `first`, gives the first of them: a row has one value. */
export function regressorModel(options: TreeModelOptions & { targets?: number; aggregate?: string }): Uint8Array {
  const { trees, weight } = grown(options)
  const targets = options.targets ?? 1
  const isSeveral = targets > 1
  return model({
    nodes: [
      node('TreeEnsembleRegressor', ['x'], ['y'], {
        domain: ML,
        attributes: {
          ...nodesOf(trees),
          ...weightsOf(
            'target',
            trees,
            Array.from({ length: targets }, (_, target) => target),
            weight,
          ),
          ...common(options),
          n_targets: { int: targets },
          aggregate_function: { text: options.aggregate ?? 'SUM' },
        },
      }),
      ...(isSeveral ? [node('Gather', ['y', 'zero'], ['first'], { attributes: { axis: { int: 1 } } })] : []),
    ],
    inputs: [value('x', options.inputType ?? FLOAT, [null, options.columns ?? 3])],
    outputs: [...(isSeveral ? [value('first', FLOAT, [null, 1])] : []), value('y', FLOAT, [null, targets])],
    initializers: isSeveral ? [int64Tensor('zero', [1], [0])] : [],
  })
}

const MODES = ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ', 'BRANCH_MEMBER']

/** ai.onnx.ml 5. Member splits ask for two values. @param leafOnly adds a tree that is one leaf */
export function treeEnsembleModel(
  options: TreeModelOptions & { aggregate?: number; transform?: number; leafOnly?: boolean },
): Uint8Array {
  const { random, trees, weight } = grown(options)
  const splits: {
    feature: number
    mode: number
    threshold: number
    track: number
    yes: [number, number]
    no: [number, number]
  }[] = []
  const leaves: number[] = []
  const members: number[] = []
  const roots: number[] = []
  for (const tree of trees) {
    // The number of a child, and whether it is a leaf.
    const place = (id: number): [number, number] => {
      if (tree.modes[id] === 'LEAF') return [leaves.push(weight()) - 1, 1]
      const at = splits.length
      const mode = MODES.indexOf(tree.modes[id] ?? '')
      const threshold = tree.thresholds[id] ?? 0
      const split = {
        feature: tree.features[id] ?? 0,
        mode,
        threshold,
        track: tree.tracks[id] ?? 0,
        yes: [0, 0] as [number, number],
        no: [0, 0] as [number, number],
      }
      splits.push(split)
      if (mode === 6) members.push(threshold, random.integer(5), NaN)
      split.yes = place(tree.yes[id] ?? 0)
      split.no = place(tree.no[id] ?? 0)
      return [at, 0]
    }
    roots.push(place(0)[0])
  }
  if (options.leafOnly) {
    roots.push(splits.length)
    const leaf = leaves.push(weight()) - 1
    splits.push({ feature: 0, mode: 0, threshold: 0, track: 0, yes: [leaf, 1], no: [leaf, 1] })
  }
  return model({
    irVersion: 10,
    opsets: [
      ['', 21],
      [ML, 5],
    ],
    nodes: [
      node('TreeEnsemble', ['x'], ['y'], {
        domain: ML,
        attributes: {
          tree_roots: { ints: roots },
          nodes_featureids: { ints: splits.map((split) => split.feature) },
          nodes_modes: {
            tensor: byteTensor(
              'modes',
              splits.map((split) => split.mode),
            ),
          },
          nodes_splits: {
            tensor: floatTensor(
              'splits',
              [splits.length],
              splits.map((split) => split.threshold),
            ),
          },
          nodes_missing_value_tracks_true: { ints: splits.map((split) => split.track) },
          nodes_truenodeids: { ints: splits.map((split) => split.yes[0]) },
          nodes_trueleafs: { ints: splits.map((split) => split.yes[1]) },
          nodes_falsenodeids: { ints: splits.map((split) => split.no[0]) },
          nodes_falseleafs: { ints: splits.map((split) => split.no[1]) },
          leaf_targetids: { ints: leaves.map(() => 0) },
          leaf_weights: { tensor: floatTensor('weights', [leaves.length], leaves) },
          n_targets: { int: 1 },
          aggregate_function: { int: options.aggregate ?? 1 },
          post_transform: { int: options.transform ?? 0 },
          ...(members.length > 0
            ? { membership_values: { tensor: floatTensor('members', [members.length], members) } }
            : {}),
        },
      }),
    ],
    inputs: [value('x', options.inputType ?? FLOAT, [null, options.columns ?? 3])],
    outputs: [value('y', FLOAT, [null, 1])],
  })
}
