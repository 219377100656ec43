import type { Engine, Machine } from '../engines/engine.ts'
import { OptionError } from '../errors.ts'
import type { Layer } from '../layers/layer.ts'

/**
 * Where the weights of layers live: one machine for all models that share layers, since in Keras a layer owns its
 * weights. An encoder that was trained as a part of a larger model predicts by itself with the same numbers.
 */
export class Home {
  /** By their prefix in the names of the machine's values. */
  readonly layers = new Map<string, Layer>()
  /** Names of the values that hold numbers: initial ones, or what became of them. */
  readonly filled = new Set<string>()
  /** Models that have opened it; each keeps optimizer slots of its own. */
  models = 0
  #engine: Engine | null = null
  #machine: Promise<Machine> | null = null

  get isOpen(): boolean {
    return this.#machine !== null
  }

  /** The machine, opened when first asked for. */
  open(engine: Engine, where: string): Promise<Machine> {
    if (this.#machine && this.#engine !== engine)
      throw new OptionError(
        `${where}: it shares layers with a model that runs on the engine '${this.#engine?.name}', so it must be given the same engine`,
      )
    this.#engine = engine
    this.#machine ??= engine.open().catch((error) => {
      this.#machine = null
      throw error
    })
    return this.#machine
  }

  /** Takes a layer in, under its name or one that is free. */
  add(layer: Layer, name: string): void {
    let prefix = name
    for (let n = 2; this.layers.has(prefix); n++) prefix = `${name} (${n})`
    this.layers.set(prefix, layer)
    places.set(layer, { home: this, prefix, name })
  }
}

interface Place {
  readonly home: Home
  readonly prefix: string
  readonly name: string
}

const places = new WeakMap<Layer, Place>()

/** Where a layer's weights live. */
export function placeOf(layer: Layer): Place {
  const place = places.get(layer)
  if (!place) throw new Error(`layer '${layer.name ?? layer.className}' is part of no model`)
  return place
}

/** Gives these layers, each by its name, one home: that of those which have one already. */
export function settle(layers: readonly (readonly [Layer, string])[]): void {
  const known = [...new Set(layers.flatMap(([layer]) => places.get(layer)?.home ?? []))]
  const open = known.filter(({ isOpen }) => isOpen)
  if (open.length > 1)
    throw new OptionError(
      'a model cannot be made of layers of models whose weights exist already, each by themselves: make the larger model before its parts are trained or asked for numbers, or copy weights by getWeights and setWeights',
    )
  const home = open[0] ?? known[0] ?? new Home()
  for (const other of known) {
    if (other === home) continue
    for (const layer of other.layers.values()) home.add(layer, placeOf(layer).name)
    other.layers.clear()
  }
  for (const [layer, name] of layers) if (!places.has(layer)) home.add(layer, name)
}
