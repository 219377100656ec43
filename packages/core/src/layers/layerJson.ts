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
  readonly config?: JsonObject
  readonly network?: unknown
}

/** The layer whose constructor in Keras knows no `trainable`, and that writes its precision by name. */
const PLAIN = 'SpatialDropout1D'

/** How Keras writes a layer or a cell, in a model's list of layers and inside another layer alike. */
export function layerJson(
  { className, trainable = true, config = {}, network }: Described,
  name: string,
): KerasObject {
  if (network) return kerasModel(className, config)
  const common: JsonObject =
    className === PLAIN ? { name, dtype: 'float32' } : { name, trainable, dtype: FLOAT32_POLICY }
  return kerasObject('keras.layers', className, { ...common, ...config })
}
