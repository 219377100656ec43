import { isObject, type Json, type JsonObject } from '../config/keras.ts'
import { show } from '../config/options.ts'
import type { Float32Tensor, Tensor } from '../data/tensor.ts'
import type { Arithmetic } from '../engines/engine.ts'
import { FileError } from '../errors.ts'
import type { ModelFile } from '../file/modelFile.ts'
import type { Network } from '../network/network.ts'
import { BatchWeights } from '../training/batchWeights.ts'
import { keptBy } from '../training/callbackMemory.ts'
import type { CallbackMemory, CallbackStates } from '../training/callbacks.ts'
import { carriedAs, readCarried } from '../training/carriedFile.ts'
import { type FiguresState, RunningFigures } from '../training/figures.ts'
import { type Compiled, type Objective, objectivesOf } from '../training/objectives.ts'
import type { Position } from '../training/position.ts'
import { checkSlots } from '../training/slots.ts'
import { checkWeights } from '../training/weights.ts'

/** What a file holds beside its description. */
interface Found {
  readonly tensors: Tensor[]
  readonly position: Position | null
  readonly memory: CallbackMemory
  readonly carried: ReadonlyMap<string, Float32Tensor>
}

/** The weights in order, the position, and what callbacks and stateful layers remember; throws where something is missing or unknown. */
export function checkTensors(
  { header, weights, slots }: ModelFile,
  network: Network,
  compiled: Compiled | null,
): Found {
  const tensors = network.variables.map(({ path }) => {
    const tensor = weights.get(path)
    if (!tensor) throw new FileError(`the weight '${path}' is missing`)
    return tensor
  })
  checkWeights(network, tensors)
  const position = header.position && readPosition(header.position, network, compiled)
  const known = new Set(network.variables.map(({ path }) => path))
  if (compiled && position) {
    const { slots: names } = compiled.optimizer.method
    for (const path of checkSlots(network.trainableVariables, names, slots).keys()) known.add(path)
  }
  const states = position?.callbacks ?? {}
  const kept = new Map<string, Tensor[]>()
  for (const name of Object.keys(states)) {
    const paths = network.variables.map(({ path }) => keptBy(name, path))
    const found = paths.flatMap((path) => slots.get(path) ?? [])
    if (found.length < paths.length) continue
    for (const path of paths) known.add(path)
    checkWeights(network, found)
    kept.set(name, found)
  }
  const carried = position ? readCarried(network, slots) : new Map<string, Float32Tensor>()
  for (const name of carried.keys()) known.add(carriedAs(name))
  const unknown = [...weights.keys(), ...slots.keys()].find((path) => !known.has(path))
  if (unknown !== undefined) throw new FileError(`it holds a tensor '${unknown}' that the model has not`)
  return { tensors, position, memory: { states, weights: kept }, carried }
}

function readPosition(json: JsonObject, network: Network, compiled: Compiled | null): Position {
  if (!compiled) throw damaged('it goes with no compiled model')
  const { shuffle, figures } = json
  if (typeof shuffle !== 'boolean') throw damaged(`shuffle is ${show(shuffle)}`)
  // both are 0 where batches came from a source
  if ((json.samples === 0) !== (json.batchSize === 0))
    throw damaged(`batchSize is ${show(json.batchSize)}, samples are ${show(json.samples)}`)
  const [batch, step] = [wholeNumber(json, 'batch', 0), wholeNumber(json, 'step', 0)]
  const [batchSize, samples] = [wholeNumber(json, 'batchSize', 0), wholeNumber(json, 'samples', 0)]
  if (samples > 0 && batch > Math.ceil(samples / batchSize))
    throw damaged(`batch is ${batch}, of an epoch of ${samples} samples in batches of ${batchSize}`)
  return {
    epoch: wholeNumber(json, 'epoch', 0),
    batch,
    step,
    // older files do not tell: all updates since were of this epoch
    begun: json.begun === undefined ? Math.max(0, step - batch) : wholeNumber(json, 'begun', 0),
    batchSize,
    shuffle,
    samples,
    figures: figures === null ? null : readFigures(figures, objectivesOf(network, compiled)),
    ...(json.callbacks === undefined ? {} : { callbacks: readCallbacks(json.callbacks) }),
  }
}

function readCallbacks(json: Json): CallbackStates {
  if (isObject(json) && Object.values(json).every(isObject)) return json as CallbackStates
  throw damaged(`callbacks are ${show(json)}`)
}

/** Sums of an epoch that is under way; texts stand for numbers that JSON has not. */
function readFigures(json: Json | undefined, objectives: readonly Objective[]): FiguresState {
  const sums = isObject(json) && Array.isArray(json.sums) ? (json.sums as readonly Json[]) : []
  const isSum = (sum: Json) =>
    typeof sum === 'number' || ['NaN', 'Infinity', '-Infinity'].includes(String(sum))
  if (sums.length === 0 || !sums.every((list) => Array.isArray(list) && list.every(isSum)))
    throw damaged(`figures are ${show(json)}`)
  const state = { sums: sums.map((list) => (list as readonly Json[]).map(Number)) }
  const figures = new RunningFigures(
    objectives.map(({ plan }) => plan),
    objectives.map(({ loss }) => new BatchWeights(loss, 0, null)),
    objectives.map(({ output }) => ({
      entries: 0,
      columns: Number(output.shape.at(-1) ?? 1),
      isMasked: false,
    })),
  )
  const lengths = ({ sums: lists }: FiguresState) => lists.map((list) => list.length)
  if (String(lengths(state)) !== String(lengths(figures.state))) throw damaged(`figures are ${show(json)}`)
  return state
}

function wholeNumber(json: JsonObject, key: string, least: number): number {
  const value = json[key]
  if (!Number.isSafeInteger(value) || Number(value) < least) throw damaged(`${key} is ${show(value)}`)
  return Number(value)
}

function damaged(what: string): FileError {
  return new FileError(`its position in training is damaged: ${what}`)
}

export function readArithmetic(text: string): Arithmetic {
  if (text === 'fused' || text === 'unfused' || text === 'float64') return text
  throw new FileError(`it was trained in an unknown arithmetic, '${text}'`)
}
