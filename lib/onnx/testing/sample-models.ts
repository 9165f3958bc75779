/** Small models of the forms that exporters write, shared by the tests of this folder. */
import { BOOL, FLOAT, INT64, ML, STRING, floatTensor, int64Tensor, mapsValue, model, node, value } from './write-model'

/** y = x, one float column. */
export function identityModel(options: Partial<Parameters<typeof model>[0]> = {}): Uint8Array {
  return model({
    nodes: [node('Identity', ['x'], ['y'])],
    inputs: [value('x', FLOAT, [null, 1])],
    outputs: [value('y', FLOAT, [null, 1])],
    ...options,
  })
}

/**
 * A pipeline of age (filled with 40) and income (not filled), two texts in one matrix taken apart again, a whole
 * number and a flag, into a logistic regression whose classes are texts.
 */
export function pipelineModel(): Uint8Array {
  const width = 2 + 2 + 3 + 2 + 1
  const weights = Array.from({ length: width }, (_, index) => (index + 1) / 10)
  return model({
    nodes: [
      node('Imputer', ['age'], ['age_filled'], {
        domain: ML,
        attributes: { imputed_value_floats: { floats: [40] }, replaced_value_float: { float: NaN } },
      }),
      node('Concat', ['age_filled', 'income'], ['numbers'], { attributes: { axis: { int: 1 } } }),
      node('Scaler', ['numbers'], ['scaled'], {
        domain: ML,
        attributes: { offset: { floats: [40, 1000] }, scale: { floats: [0.1, 0.001] } },
      }),
      node('Concat', ['housing', 'purpose'], ['texts'], { attributes: { axis: { int: -1 } } }),
      node('ArrayFeatureExtractor', ['texts', 'zero'], ['first'], { domain: ML }),
      node('ArrayFeatureExtractor', ['texts', 'one'], ['second'], { domain: ML }),
      node('OneHotEncoder', ['first'], ['first_hot'], {
        domain: ML,
        attributes: { cats_strings: { texts: ['own', 'rent'] }, zeros: { int: 1 } },
      }),
      node('OneHotEncoder', ['second'], ['second_hot'], {
        domain: ML,
        attributes: { cats_strings: { texts: ['car', 'tv', 'trip'] }, zeros: { int: 1 } },
      }),
      node('OneHotEncoder', ['rooms'], ['rooms_hot'], {
        domain: ML,
        attributes: { cats_int64s: { ints: [1, 2] }, zeros: { int: 1 } },
      }),
      node('Reshape', ['first_hot', 'two_wide'], ['first_flat']),
      node('Reshape', ['second_hot', 'three_wide'], ['second_flat']),
      node('Reshape', ['rooms_hot', 'two_wide'], ['rooms_flat']),
      node('Cast', ['employed'], ['employed_float'], { attributes: { to: { int: FLOAT } } }),
      node(
        'Concat',
        ['scaled', 'first_flat', 'second_flat', 'rooms_flat', 'employed_float'],
        ['matrix'],
        { attributes: { axis: { int: 1 } } },
      ),
      node('LinearClassifier', ['matrix'], ['label', 'probabilities'], {
        domain: ML,
        attributes: {
          classlabels_strings: { texts: ['good', 'bad'] },
          coefficients: { floats: [...weights.map((weight) => -weight), ...weights] },
          intercepts: { floats: [0, 0] },
          post_transform: { text: 'SOFTMAX' },
        },
      }),
    ],
    inputs: [
      value('age', FLOAT, ['N', 1]),
      value('income', FLOAT, [null, 1]),
      value('housing', STRING, [null, 1]),
      value('purpose', STRING, [null, 1]),
      value('rooms', INT64, [null, 1]),
      value('employed', BOOL, [null, 1]),
    ],
    outputs: [value('label', STRING, [null]), value('probabilities', FLOAT, [null, 2])],
    initializers: [
      int64Tensor('zero', [1], [0]),
      int64Tensor('one', [1], [1]),
      int64Tensor('two_wide', [2], [-1, 2]),
      int64Tensor('three_wide', [2], [-1, 3]),
    ],
  })
}

/** One tree over [N, 2] for three classes, with a ZipMap at the end as skl2onnx writes by default. */
export function zipMapModel(): Uint8Array {
  return model({
    nodes: [
      node('TreeEnsembleClassifier', ['X'], ['label', 'scores'], {
        domain: ML,
        attributes: {
          class_ids: { ints: [0, 1, 2] },
          class_nodeids: { ints: [1, 3, 4] },
          class_treeids: { ints: [0, 0, 0] },
          class_weights: { floats: [1, 1, 1] },
          classlabels_strings: { texts: ['low', '__proto__', 'high'] },
          nodes_falsenodeids: { ints: [2, 0, 4, 0, 0] },
          nodes_featureids: { ints: [0, 0, 1, 0, 0] },
          nodes_modes: { texts: ['BRANCH_LEQ', 'LEAF', 'BRANCH_LEQ', 'LEAF', 'LEAF'] },
          nodes_nodeids: { ints: [0, 1, 2, 3, 4] },
          nodes_treeids: { ints: [0, 0, 0, 0, 0] },
          nodes_truenodeids: { ints: [1, 0, 3, 0, 0] },
          nodes_values: { floats: [1, 0, 5, 0, 0] },
          post_transform: { text: 'NONE' },
        },
      }),
      node('Identity', ['label'], ['output_label']),
      node('ZipMap', ['scores'], ['output_probability'], {
        domain: ML,
        attributes: { classlabels_strings: { texts: ['low', '__proto__', 'high'] } },
      }),
    ],
    inputs: [value('X', FLOAT, [null, 2])],
    outputs: [value('output_label', STRING, [null]), mapsValue('output_probability', STRING)],
  })
}

/** A network that ends in a Sigmoid: one probability per row and no label. */
export function sigmoidModel(): Uint8Array {
  return model({
    nodes: [node('MatMul', ['X', 'w'], ['margin']), node('Sigmoid', ['margin'], ['p'])],
    inputs: [value('X', FLOAT, [null, 2])],
    outputs: [value('p', FLOAT, [null, 1])],
    initializers: [floatTensor('w', [2, 1], [1, -1])],
  })
}
