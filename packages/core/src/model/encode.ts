import type { JsonObject } from '../config/keras.ts'
import { NonFiniteError } from '../errors.ts'
import { checkClassNames, encodeModelFile } from '../file/encodeModelFile.ts'
import type { FileTensor } from '../file/safetensors.ts'
import { checkLearningRate } from '../optimizers/index.ts'
import { keptBy, memoryOf, type Remembering } from '../training/callbackMemory.ts'
import type { CallbackStates } from '../training/callbacks.ts'
import { carriedAs } from '../training/carriedFile.ts'
import type { Compiled } from '../training/objectives.ts'
import type { Position } from '../training/position.ts'
import type { Session } from '../training/session.ts'
import { nonFiniteOf, readTensors } from '../training/weights.ts'
import type { Model } from './model.ts'
import type { Kept } from './restore.ts'

/**
 * A model and where its training stands, as the bytes of one file. In training, weights that an update has just ruined
 * are refused, as the file may replace a good one.
 */
export async function encodeModel(
  model: Pick<
    Model,
    'labels' | 'position' | 'toJson' | 'seed' | 'loadedArithmetic' | 'preparation' | 'provenance'
  >,
  session: Session,
  compiled: Compiled | null,
  { callbacks, carried }: { readonly callbacks: Remembering | null } & Pick<Kept, 'carried'>,
  inTraining: boolean,
): Promise<Uint8Array> {
  const { labels, position } = model
  const memory = callbacks && memoryOf(callbacks)
  checkClassNames(labels, session.network.outputs)
  if (compiled) checkLearningRate(compiled.optimizer)
  const header = {
    model: model.toJson(),
    seed: model.seed,
    arithmetic: model.loadedArithmetic ?? session.machine.arithmetic,
    position: position && positionJson(position, memory?.states ?? {}),
    labels,
    preparation: model.preparation,
    provenance: model.provenance,
  }
  const weights = await readTensors(session)
  const slots = position ? await readSlots(session, compiled?.optimizer.method.slots ?? []) : new Map()
  const ruined = inTraining ? (nonFiniteOf(weights) ?? nonFiniteOf(slots)) : null
  if (position && ruined !== null)
    throw new NonFiniteError(position.epoch, position.batch - 1, ruined, 'Nothing was saved.')
  for (const [name, kept] of memory?.weights ?? [])
    for (const [index, tensor] of kept.entries())
      slots.set(keptBy(name, session.network.variables[index].path), tensor)
  // states that a failed run has ruined are no place to go on from
  if (position && nonFiniteOf(carried) === null)
    for (const [name, tensor] of carried) slots.set(carriedAs(name), tensor)
  return encodeModelFile({ weights, slots, header })
}

/** What the optimizer keeps for each weight, as `optimizer/<slot>/<path>`. */
async function readSlots(session: Session, slots: readonly string[]): Promise<Map<string, FileTensor>> {
  const each = await Promise.all(slots.map((slot) => readTensors(session, slot)))
  return new Map(each.flatMap((tensors) => [...tensors]))
}

/** As it goes into a file. */
function positionJson({ figures, ...position }: Position, states: CallbackStates): JsonObject {
  return {
    ...position,
    figures: figures && { ...figures },
    ...(Object.keys(states).length > 0 ? { callbacks: states } : {}),
  }
}
