import type { Json, JsonObject } from '../config/keras.ts'
import type { Layer } from '../layers/layer.ts'

/** What a mask is told as: how it is computed of tensors and other masks. */
export interface MaskForms<T> {
  /** There where a tensor's numbers are not all this one. */
  notEqual(tensor: T, value: Json, ofVectors: boolean): T
  or(a: T, b: T): T
  /** Several, one behind the other along an axis; null: all steps of that tensor are there. */
  joined(axis: Json, masks: readonly (T | null)[], tensors: readonly T[]): T
  /** What attention does to that of its query. */
  same(mask: T): T
}

const MERGES = ['Add', 'Subtract', 'Multiply', 'Average', 'Maximum', 'Minimum']

/** The masks that a layer, which is no model, finds for its results. @param tensors what it takes, @param masks of these */
export function masksOfResults<T>(
  { className, config, mask }: Layer,
  tensors: readonly T[],
  masks: readonly (T | null)[],
  { notEqual, or, joined, same }: MaskForms<T>,
): readonly (T | null)[] {
  const [first = null] = masks
  if (!mask) return []
  if (className === 'Masking') return [notEqual(tensors[0], config.mask_value, true)]
  if (className === 'Embedding') return mask === true ? [] : [notEqual(tensors[0], 0, false)]
  const given = masks.filter((one): one is T => one !== null)
  if (MERGES.includes(className))
    return given.length === masks.length ? [given.reduce((a, b) => or(a, b))] : []
  if (className === 'Concatenate') return given.length === 0 ? [] : [joined(config.axis, masks, tensors)]
  if (className === 'Bidirectional') {
    const { return_sequences: sequences } = (config.layer as { config: JsonObject }).config
    return sequences ? [first, config.merge_mode === null ? first : null] : []
  }
  if (className.endsWith('Attention')) return [first && same(first)]
  return mask === true || config.return_sequences ? [first] : []
}
