import { DataError, OptionError } from '../errors.ts'
import type { Layer, Shape, WeightSpec } from '../layers/layer.ts'
import type { Builder } from '../program/builder.ts'
import { BATCH, type Dim, type Value, type ValueType } from '../program/program.ts'

/** A layer in its place: named, its shapes known. */
export interface PlacedLayer {
  readonly layer: Layer
  readonly name: string
  readonly input: Shape
  readonly output: Shape
  readonly variables: readonly Variable[]
}

/** A weight of the model as Keras sees it, and the program's parameters that hold it. */
export interface Variable {
  /** `lstm/recurrent_kernel` */
  readonly path: string
  readonly spec: WeightSpec
  /** One, or one a row of the first axis; together they hold the weight's entries in order. */
  readonly parameters: readonly Parameter[]
}

export interface Parameter {
  readonly name: string
  readonly type: ValueType
  readonly size: number
}

/** The extent of the first axis after the batch where its length may differ from batch to batch. */
export const TIME = 'time'

/** A chain of layers whose shapes are known. */
export class Network {
  readonly inputShape: Shape
  readonly outputShape: Shape
  readonly layers: readonly PlacedLayer[]

  constructor(layers: readonly Layer[], names: readonly string[], inputShape: Shape) {
    this.inputShape = inputShape
    this.layers = place(layers, names, inputShape)
    this.outputShape = this.layers[this.layers.length - 1].output
  }

  get variables(): readonly Variable[] {
    return this.layers.flatMap(({ variables }) => variables)
  }

  get parameters(): readonly Parameter[] {
    return this.variables.flatMap(({ parameters }) => parameters)
  }

  /** Type of the program's input: ids are integers, all else numbers. */
  get inputType(): ValueType {
    return {
      shape: [BATCH, ...dims(this.inputShape)],
      dtype: this.layers[0].layer.takesIds ? 'int32' : 'float32',
    }
  }

  /** Appends the whole forward computation. @param generator in training, see `EmitContext` */
  emit(builder: Builder, x: Value, generator: Value | null): Value {
    return this.layers.reduce((value, { layer, name, variables }, index) => {
      const known = new Map(
        variables.flatMap(({ parameters }) => parameters.map((parameter) => [parameter.name, parameter])),
      )
      const weight = (weightName: string): Value => {
        const parameter = known.get(`${name}/${weightName}`)
        if (!parameter) throw new Error(`layer '${name}' declared no weight '${weightName}'`)
        return builder.parameter(parameter.name, parameter.type)
      }
      return builder.within(name, () => layer.emit({ builder, generator, stream: index, weight }, value))
    }, x)
  }
}

/** Names as Keras gives them: the class in snake case, numbered from the second on. */
export function nameLayers(layers: readonly Layer[]): string[] {
  const taken = new Set<string>()
  for (const { name } of layers) {
    if (name === null) continue
    if (taken.has(name)) throw new OptionError(`two layers are named '${name}'; names must differ`)
    taken.add(name)
  }
  return layers.map(({ name, className }) => {
    if (name !== null) return name
    const base = defaultName(className)
    let free = base
    for (let n = 1; taken.has(free); n++) free = `${base}_${n}`
    taken.add(free)
    return free
  })
}

/** LSTM → lstm, SimpleRNN → simple_rnn. */
function defaultName(className: string): string {
  return className.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase()
}

function place(layers: readonly Layer[], names: readonly string[], inputShape: Shape): PlacedLayer[] {
  let input = inputShape
  return layers.map((layer, index) => {
    const name = names[index]
    const given = layer.inputShape
    if (index > 0 && given && !sameShape(given, input)) {
      throw new DataError(
        `layer '${name}' expects the inputShape [${given}], but the layer before it returns [${input}]. Leave inputShape out.`,
      )
    }
    if (index > 0 && layer.takesIds)
      throw new DataError(`layer '${name}' takes ids, so it must be the first layer of the model`)
    const output = layer.outputShape(input)
    const placed = {
      layer,
      name,
      input,
      output,
      variables: layer.weights(input).map((spec) => variable(name, spec)),
    }
    input = output
    return placed
  })
}

function variable(layer: string, spec: WeightSpec): Variable {
  const { name, shape, gates, rows } = spec
  const own = rows ? shape.slice(1) : shape
  const size = own.reduce((product, dim) => product * dim, 1)
  const type = { shape: own, dtype: 'float32', gates } as const
  const parameters = (rows ?? [name]).map((part) => ({ name: `${layer}/${part}`, type, size }))
  return { path: `${layer}/${name}`, spec, parameters }
}

/** Dimensions of a program's value: an open length after the batch is the extent 'time'. */
export function dims(shape: Shape): Dim[] {
  return shape.map((dim, axis) => {
    if (dim !== null) return dim
    if (axis === 0) return TIME
    throw new DataError(
      `only the first axis after the batch may have an open length; got [batch, ${shape.map((d) => d ?? 'any').join(', ')}]`,
    )
  })
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === null || b[axis] === null || dim === b[axis])
}

/** Slot names of an optimizer are persistent values beside the parameters. */
export function slotName(slot: string, parameter: string): string {
  return `optimizer/${slot}/${parameter}`
}
