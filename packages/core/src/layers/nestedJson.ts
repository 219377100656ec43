import { FLOAT32_POLICY, type Json, kerasObject } from '../config/keras.ts'
import type { Layer } from './layer.ts'

/** How Keras writes a layer inside another one's configuration. */
export function innerJson({ className, trainable, config }: Layer, name: string): Json {
  return kerasObject('keras.layers', className, { name, trainable, dtype: FLOAT32_POLICY, ...config })
}
