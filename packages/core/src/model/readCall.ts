import { isObject, type Json, type JsonObject } from '../config/keras.ts'
import { show } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import type { Layer } from '../layers/layer.ts'
import type { Network } from '../network/network.ts'

/** A call in Keras's JSON: what a layer is given, still as JSON. */
export interface CallJson {
  readonly inputs: readonly Json[]
  /** Of `initial_state`. */
  readonly states: readonly Json[]
  /** By input; null: the mask that the input has. */
  readonly masks: readonly Json[]
}

/** The arguments in an inbound node. */
export function argumentsOf(node: Json | undefined): { args: readonly Json[]; kwargs: JsonObject } {
  const { args, kwargs } = isObject(node) ? node : {}
  return { args: Array.isArray(args) ? args : [], kwargs: isObject(kwargs) ? kwargs : {} }
}

/** `training` does nothing, as in Keras: fit, evaluate and predict say it themselves. What is not known is refused by name. */
export function readCall(where: string, layer: Layer, node: Json): CallJson {
  const { args, kwargs } = argumentsOf(node)
  const { mask = null, training: _, initial_state: named = null, use_causal_mask: causal, ...others } = kwargs
  const [first = null, second = null, ...more] = args
  const states = named ?? (layer.takesStates ? second : null)
  const unknown = Object.entries({
    ...others,
    ...(causal === layer.config.use_causal_mask ? {} : { use_causal_mask: causal }),
    ...(layer.takesStates ? more : [second, ...more]),
  }).find(([, value]) => value !== null && value !== false)
  if (unknown)
    throw new OptionError(
      `${where}: an argument of its call, ${unknown[0]} ${show(unknown[1])}, is not supported; call it without`,
    )
  return {
    inputs: leavesOf(first, layer),
    states: states === null ? [] : leavesOf(states, layer),
    masks: leavesOf(mask, layer),
  }
}

/** Single values out of one, a list, or an object by the names of a model's inputs. */
function leavesOf(json: Json, layer: Layer): readonly Json[] {
  if (Array.isArray(json)) return json.flatMap((one) => leavesOf(one, layer))
  if (!isObject(json) || json.class_name === '__keras_tensor__' || !layer.network) return [json]
  return (layer.network as Network).inputs.map(({ name }) => json[name] ?? null)
}

/** Keras's [layer, call, result] of a tensor in a call. */
export function historyOf(json: Json): Json | undefined {
  const isTensor = isObject(json) && json.class_name === '__keras_tensor__' && isObject(json.config)
  return isTensor ? (json.config as JsonObject).keras_history : undefined
}

/** Of attention, what is an option here and an argument of each call in Keras. */
export function causalOf(where: string, nodes: readonly Json[]): JsonObject {
  const causal = nodes.filter((node) => argumentsOf(node).kwargs.use_causal_mask === true)
  if (causal.length === 0) return {}
  if (causal.length === nodes.length) return { use_causal_mask: true }
  throw new OptionError(
    `${where}: it is called both with use_causal_mask and without, which is not supported; use two layers`,
  )
}
