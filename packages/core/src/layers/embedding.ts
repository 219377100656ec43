import { checkedLater, positiveInteger } from '../config/options.ts'
import { DataError } from '../errors.ts'
import { type InitializerLike, resolveInitializer, serializeInitializer } from '../initializers/index.ts'
import { embedding as embeddingOp } from '../ops/embedding.ts'
import {
  checkLayerOptions,
  defineLayer,
  formatShape,
  type Layer,
  type LayerOptions,
  required,
} from './layer.ts'

export interface EmbeddingOptions extends LayerOptions {
  /** Size of the vocabulary: ids are 0 … inputDim − 1. */
  inputDim: number
  /** Size of the vectors. */
  outputDim: number
  /** Default 'randomUniform'. */
  embeddingsInitializer?: InitializerLike
}

const NOT_YET = {
  embeddingsRegularizer: null,
  embeddingsConstraint: null,
  maskZero: false,
  weights: null,
  loraRank: null,
  loraAlpha: null,
  quantizationConfig: null,
}

/** A vector for each id: [batch, time] of ids → [batch, time, outputDim]. Keras: `Embedding`. */
export function embedding(options: EmbeddingOptions): Layer {
  const where = 'layers.embedding'
  const spec = { inputDim: positiveInteger, outputDim: positiveInteger, embeddingsInitializer: checkedLater }
  checkLayerOptions({ where, options: spec, notYet: NOT_YET }, options)
  required(where, options, 'inputDim', 'outputDim')
  const { inputDim, outputDim, embeddingsInitializer = 'randomUniform' } = options
  const initializer = resolveInitializer(embeddingsInitializer, `${where}, embeddingsInitializer`)
  return defineLayer(options, {
    className: 'Embedding',
    takesIds: inputDim,
    outputShape: (input) => {
      if (input.length !== 1)
        throw new DataError(`${where}: expected sequences of ids, [batch, time]; got ${formatShape(input)}`)
      return [...input, outputDim]
    },
    weights: () => [{ name: 'embeddings', shape: [inputDim, outputDim], initializer }],
    emit: ({ builder, weight }, ids) => builder.emit(embeddingOp, { ids, table: weight('embeddings') }, {}).y,
    config: {
      input_dim: inputDim,
      output_dim: outputDim,
      embeddings_initializer: serializeInitializer(initializer),
      embeddings_regularizer: null,
      activity_regularizer: null,
      embeddings_constraint: null,
      mask_zero: false,
      quantization_config: null,
    },
  })
}
