import { isObject, type Json, type JsonObject } from '../config/keras.ts'
import { show } from '../config/options.ts'
import { readKerasObject } from '../config/readKeras.ts'
import { OptionError } from '../errors.ts'
import { input } from '../layers/input.ts'
import type { Layer, Shape } from '../layers/layer.ts'
import type { InputSource, SymbolicTensor } from '../layers/symbolic.ts'
import { graphBetween, type Owner } from '../network/graphBetween.ts'
import { Network } from '../network/network.ts'
import { Functional } from './functional.ts'
import { type MaskTerm, type Operation, readMask, termsOfResults } from './maskTerms.ts'
import { type Classes, isModelClass, layersOf, readLayer, readModel } from './read.ts'
import { argumentsOf, causalOf, historyOf, readCall } from './readCall.ts'
import type { ModelOptions } from './weighted.ts'

/** A layer of a functional configuration, and the calls of it that are still to be made. */
interface Waiting {
  readonly name: string
  /** In messages. */
  readonly where: string
  readonly layer: Layer
  /** Is it one of Keras's operations, `a + b`? */
  readonly isOperation: boolean
  readonly nodes: readonly Json[]
  /** Calls made so far. */
  made: number
}

/** A tensor of the graph. */
interface Made {
  readonly tensor: SymbolicTensor
  readonly key: string
  readonly mask: MaskTerm
}

/** Keras's operations on two tensors that are layers too, but for masks. */
const ARITHMETIC: readonly string[] = ['Add', 'Subtract', 'Multiply', 'Maximum', 'Minimum']

/** Reads the configuration of a functional model. */
export function readFunctional(config: JsonObject, classes: Classes, options: ModelOptions): Functional {
  const { input_layers: inputs, output_layers: outputs } = config
  const reader = new GraphReader(layersOf(config), classes)
  const graph = graphBetween('model', reader.ends(inputs), reader.ends(outputs), reader.order)
  const outputNames = isObject(outputs) ? Object.keys(outputs).sort() : undefined
  const isSingle = Array.isArray(outputs) && !Array.isArray(outputs[0])
  const model = new Functional(new Network({ ...graph, outputNames }), isSingle, options)
  if (config.trainable === false) model.trainable = false
  return model
}

/** Keras's [layer, call, result] of an end of the graph, of several in a list, or in an object, whose keys Keras sorts. */
function placesIn(json: Json | undefined): readonly (readonly Json[])[] {
  if (isObject(json))
    return Object.keys(json)
      .sort()
      .flatMap((key) => placesIn(json[key]))
  if (!Array.isArray(json)) return [[json ?? null]]
  return json.some((one) => typeof one !== 'object') ? [json] : json.flatMap(placesIn)
}

/** Makes the tensors of a graph, call by call. */
class GraphReader {
  readonly #made = new Map<string, Made>()
  readonly #operations = new Map<string, Operation>()
  /** Functional models among the layers: where the graph ends, Keras counts their own making as a first call. */
  readonly #models = new Set<Json>()
  readonly #classes: Classes
  /** As they stand in the configuration, which is Keras's order. */
  readonly order: Owner[] = []

  constructor(layers: readonly Json[], classes: Classes) {
    this.#classes = classes
    const waiting = layers.flatMap((json) => this.#read(json))
    // layers may come in any order, and their calls too: each is made once all that it needs is there
    for (let progress = true; progress; ) {
      progress = false
      for (const one of waiting) while (one.made < one.nodes.length && this.#call(one)) progress = true
    }
    const stuck = waiting.find((one) => one.made < one.nodes.length)
    if (stuck)
      throw new OptionError(
        `the model configuration: layer '${stuck.name}' takes what is never made; its graph has a cycle, or names a layer that is not there`,
      )
  }

  /** The tensors where the graph begins or ends. */
  ends(json: Json | undefined): readonly SymbolicTensor[] {
    return placesIn(json).map((place) => {
      const [name, node, index] = place
      const made = this.#at([name, this.#models.has(name) ? Number(node) - 1 : node, index])
      if (made) return made.tensor
      throw new OptionError(`the model configuration: there is no tensor ${show(place)} in its graph`)
    })
  }

  #read(json: Json): Waiting[] {
    const { className, config } = readKerasObject('a layer', json)
    const { name: given = config.name, inbound_nodes: nodes = [], module = '' } = json as JsonObject
    const name = String(given)
    const where = `layer '${name}' (${className})`
    if (className === 'InputLayer') {
      const tensor = readInput(config)
      this.#keep(name, 0, [tensor], [])
      this.order.push(tensor.source as InputSource)
      return []
    }
    if (!Array.isArray(nodes))
      throw new OptionError(`${where}: expected a list of inbound_nodes; got ${show(nodes)}`)
    const isOperation = String(module).startsWith('keras.src.ops')
    if (isOperation && !ARITHMETIC.includes(className)) {
      this.#operations.set(name, { className, config, args: argumentsOf(nodes[0]).args })
      return []
    }
    const isModel = isModelClass(className)
    if (isModel && className !== 'Sequential') this.#models.add(name)
    const layer = isModel
      ? readModel(className, config, this.#classes, {}).asLayer
      : readLayer(className, { ...config, ...causalOf(where, nodes), name }, this.#classes)
    this.order.push(layer)
    return [{ name, where, layer, isOperation, nodes, made: 0 }]
  }

  /** Makes a layer's next call, where all that it takes is there. */
  #call(one: Waiting): boolean {
    const { name, where, layer, isOperation, nodes } = one
    const node = nodes[one.made]
    const call = readCall(where, layer, isOperation ? { args: [argumentsOf(node).args] } : node)
    const [inputs, states] = [this.#all(where, call.inputs), this.#all(where, call.states)]
    const masks = call.masks.map((json) => (json === null ? null : this.#mask(json)))
    if (!inputs || !states || masks.includes(undefined)) return false
    if (inputs.length === 0)
      throw new OptionError(`${where}: expected an inbound node with tensors; got ${show(node)}`)
    const own = masks.some((mask, index) => mask !== null && mask !== inputs[index]?.mask)
    if (own || (states.length > 0 && masks.some((mask) => mask !== null)))
      throw new OptionError(
        `${where}: it is called with a mask of its own, which is not supported: masks are those that Masking and Embedding make of what they take`,
      )
    const tensors = inputs.map(({ tensor }) => tensor)
    if (isOperation && tensors.some(({ shape }) => shape.length !== tensors[0].shape.length))
      throw new OptionError(
        `${where}: Keras's operation fits shapes in other ways than a layer; use a layer, as keras.layers.${layer.className}()([a, b])`,
      )
    const applied = isOperation && inputs.some(({ mask }) => mask !== null) ? operationOf(layer) : layer
    this.order[this.order.indexOf(layer)] = applied
    const initialState = states.length === 0 ? undefined : states.map(({ tensor }) => tensor)
    const results = applied.applyAll(tensors, { initialState })
    const found = termsOfResults(
      applied,
      inputs.map(({ key }) => key),
      inputs.map(({ mask }) => mask),
    )
    this.#keep(name, one.made++, results, found)
    return true
  }

  #keep(name: string, node: number, tensors: readonly SymbolicTensor[], masks: readonly MaskTerm[]): void {
    for (const [index, tensor] of tensors.entries()) {
      const key = keyOf([name, node, index])
      this.#made.set(key, { tensor, key, mask: masks[index] ?? null })
    }
  }

  #at(place: Json | undefined): Made | undefined {
    return this.#made.get(keyOf(place))
  }

  #mask(json: Json): string | undefined {
    return readMask(
      json,
      (each) => this.#operation(each),
      (each) => this.#at(historyOf(each))?.key,
    )
  }

  #operation(json: Json | undefined): Operation | undefined {
    const history = json === undefined ? undefined : historyOf(json)
    return Array.isArray(history) ? this.#operations.get(String(history[0])) : undefined
  }

  /** The tensors of a call; null where one is not there yet. */
  #all(where: string, given: readonly Json[]): readonly Made[] | null {
    const found = given.map((json) => {
      const operation = this.#operation(json)
      if (operation)
        throw new OptionError(
          `${where} takes the result of Keras's operation '${operation.className}', which is not supported; use a layer`,
        )
      const history = historyOf(json)
      if (history === undefined)
        throw new OptionError(`${where}: expected tensors in its call; got ${show(json)}`)
      return this.#at(history)
    })
    return found.every((made) => made !== undefined) ? found : null
  }
}

/** `a + b`, where masks come in: it heeds none, and they end there. */
function operationOf(layer: Layer): Layer {
  return {
    ...layer,
    isOperation: true,
    eachStep: undefined,
    mask: undefined,
    emit: (context, ...inputs) => layer.emit({ ...context, mask: () => null }, ...inputs),
  }
}

const keyOf = (place: Json | undefined) => JSON.stringify(place)

function readInput(config: JsonObject): SymbolicTensor {
  const { batch_shape: batchShape, name, dtype } = config
  const ids = typeof dtype === 'string' && dtype.startsWith('int')
  if (!Array.isArray(batchShape))
    throw new OptionError(`the input '${name}': expected a batch_shape; got ${show(batchShape)}`)
  const [batchSize, ...shape] = batchShape
  const options = { name: String(name), dtype: ids ? ('int32' as const) : undefined }
  return batchSize === null
    ? input({ ...options, shape: shape as Shape })
    : input({ ...options, batchShape: batchShape as Shape })
}
