import {
  FLOAT32_POLICY,
  type JsonObject,
  type KerasObject,
  kerasModel,
  kerasObject,
} from '../config/keras.ts'

/** What Keras's JSON says of a layer or a cell. A model used as a layer brings its network. */
type Described = {
  readonly className: string
  readonly trainable?: boolean
  readonly plain?: true
  readonly config?: JsonObject
  readonly network?: unknown
}

/** How Keras writes a layer or a cell, in a model's list of layers and inside another layer alike. */
export function layerJson(
  { className, trainable = true, plain, config = {}, network }: Described,
  name: string,
): KerasObject {
  if (network) return kerasModel(className, config)
  const common: JsonObject = plain ? { name, dtype: 'float32' } : { name, trainable, dtype: FLOAT32_POLICY }
  return kerasObject('keras.layers', className, { ...common, ...config })
}
