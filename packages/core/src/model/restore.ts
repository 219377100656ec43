import { isObject, type JsonObject } from '../config/keras.ts'
import { show } from '../config/options.ts'
import type { Float32Tensor, Tensor } from '../data/tensor.ts'
import type { Arithmetic } from '../engines/engine.ts'
import { CarouselError, FileError } from '../errors.ts'
import type { ModelFile } from '../file/modelFile.ts'
import type { Network } from '../network/network.ts'
import type { CallbackMemory } from '../training/callbacks.ts'
import type { Compiled } from '../training/objectives.ts'
import type { Position } from '../training/position.ts'
import type { Session } from '../training/session.ts'
import { writeSlots } from '../training/slots.ts'
import { type ModelSource, readModelFile } from './source.ts'
import { checkTensors, readArithmetic } from './state.ts'

/** What a training needs, beside weights and slots, to go on. */
export interface Kept {
  readonly memory: CallbackMemory
  /** Of stateful layers, by name. */
  readonly carried: ReadonlyMap<string, Float32Tensor>
}

/** Writes what the optimizer keeps under these names. */
export type WriteSlots = (session: Session, slots: readonly string[]) => Promise<void>

/** What a file holds for a model that is there already. */
interface Restorable extends Kept {
  readonly tensors: readonly Tensor[]
  readonly slots: ModelFile['slots']
  readonly seed: number
  readonly arithmetic: Arithmetic
  readonly position: Position | null
  /** Of the optimizer, if it is a number. */
  readonly learningRate: number | null
}

/** A model, as far as this asks of it. */
export interface Restored {
  readonly className: string
  getConfig(): JsonObject
  toRestore(): { readonly network: Network; readonly compiled: Compiled }
  setWeights(weights: readonly Tensor[]): Promise<void>
  adopt(compiled: Compiled, position: Position | null, kept: Kept, seed: number): void
  restoreSlots(write: WriteSlots): Promise<void>
  loadedArithmetic: Arithmetic | null
}

/**
 * Takes up weights, optimizer, seed and position of a model of the same layers and optimizer that `save` or `saveBytes`
 * wrote: `fit` with `resume` goes on from there, to the bit. Throws a FileError for a file of another model.
 */
export async function restoreModel(model: Restored, from: ModelSource): Promise<void> {
  const { network, compiled } = model.toRestore()
  const found = await readRestorable(model, network, compiled, from)
  const { slots, position, learningRate } = found
  await model.setWeights(found.tensors)
  model.adopt(compiled, position, found, found.seed)
  if (position) await model.restoreSlots((session, names) => writeSlots(session, names, slots))
  if (learningRate !== null) compiled.optimizer.learningRate = learningRate
  model.loadedArithmetic = found.arithmetic
}

async function readRestorable(
  model: Restored,
  network: Network,
  compiled: Compiled,
  from: ModelSource,
): Promise<Restorable> {
  const { name, file } = await readModelFile('restoreModel', from)
  const { header, slots } = file
  const { class_name: className, config, compile_config: compileConfig } = header.model
  const other = (what: string) => new FileError(`'${name}' holds another model: ${what}`)
  if (className !== model.className || JSON.stringify(config) !== JSON.stringify(model.getConfig()))
    throw other('its layers differ from those of this one')
  const optimizer =
    isObject(compileConfig) && isObject(compileConfig.optimizer) ? compileConfig.optimizer : {}
  if (header.position && optimizer.class_name !== compiled.optimizer.className)
    throw other(
      `it was trained by ${show(optimizer.class_name)}, this one by '${compiled.optimizer.className}'`,
    )
  const rate = isObject(optimizer.config) ? optimizer.config.learning_rate : null
  return {
    ...fitting(name, () => checkTensors(file, network, compiled)),
    slots,
    seed: header.seed,
    arithmetic: readArithmetic(header.arithmetic),
    learningRate: typeof rate === 'number' ? rate : null,
  }
}

function fitting<T>(name: string, check: () => T): T {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof CarouselError)) throw error
    throw new FileError(`'${name}' does not go with this model: ${error.message}`, { cause: error })
  }
}
