import { DataError } from '../errors.ts'
import { formatShape, type Shape } from '../layers/shape.ts'
import type { Dim } from '../program/program.ts'
import { type Branching, type Graph, type GraphCall, type Lengths, type Place, TIME } from './graph.ts'
import { sameShape } from './network.ts'

/** The rules of graphs that are no chains. */
export const BRANCHING: Branching = {
  lengthsOf: (graph) => new GraphLengths(graph),

  nameOutputs: (graph, names) =>
    numbered(
      graph.outputs.map(({ call }) =>
        call < 0 ? graph.inputs[-1 - call].name : names[graph.calls[call].layer],
      ),
    ),

  requireAlike(name, first, other, weights, others) {
    const differs = weights.findIndex(({ shape }, index) => !sameShape(shape, others[index].shape))
    if (differs < 0) return
    const { name: weight, shape } = weights[differs]
    throw new DataError(
      `layer '${name}' is shared by inputs of different sizes, ${formatShape(first[0])} and ${formatShape(other[0])}: its ${weight} would be [${shape}] for one and [${others[differs].shape}] for the other. Use two layers.`,
    )
  },

  requireIds(input, takers) {
    if (takers.every(({ layer }) => layer.takesIds)) return
    throw new DataError(
      `input '${input}' goes both to a layer that takes ids and to one that takes numbers (${takers.map(({ name }) => name).join(', ')}); give the model two inputs`,
    )
  },
}

/** Several outputs of one layer (its states) are told apart; Keras gives all of them its name. */
function numbered(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    let free = name
    for (let n = 1; taken.has(free) || (n > 1 && names.includes(free)); n++) free = `${name}_${n}`
    taken.add(free)
    return free
  })
}

/** Open lengths: each input's is its own, until a layer takes two that must be equal. */
class GraphLengths implements Lengths {
  readonly #graph: Graph
  readonly #ofCall: { leading: Place; shapes: readonly Shape[] }[] = []
  readonly #same = new Map<number, number>()

  constructor(graph: Graph) {
    this.#graph = graph
  }

  /**
   * A result's length comes of its first open input's; sequences that one layer takes together have one length, but for
   * the first where the layer keeps it apart.
   */
  add({ inputs, initialStates, layer }: GraphCall, index: number, shapes: readonly Shape[]): void {
    const sequences = inputs.slice(0, inputs.length - initialStates)
    const open = sequences.findIndex((_, i) => shapes[i][0] === null)
    const leading = inputs[Math.max(open, 0)]
    this.#ofCall[index] = { leading, shapes }
    const together = sequences.filter((_, i) => shapes[i][0] === null)
    const [first, ...others] = this.#graph.layers[layer].apart ? together.slice(1) : together
    for (const other of others) {
      const [a, b] = [this.#inputOf(first), this.#inputOf(other)].sort((x, y) => x - y)
      if (a !== b) this.#same.set(b, a)
    }
  }

  of(place: Place): Dim {
    if (place.call < 0) return this.#extent(place)
    const { leading, shapes } = this.#ofCall[place.call]
    const { steps } = this.#graph.layers[this.#graph.calls[place.call].layer]
    return steps ? steps(this.of(leading), ...shapes) : this.of(leading)
  }

  #extent(place: Place): string {
    const input = this.#inputOf(place)
    const first = this.#graph.inputs.findIndex(({ shape }) => shape[0] === null)
    return input === first ? TIME : `${TIME} of ${this.#graph.inputs[input].name}`
  }

  #inputOf(place: Place): number {
    let at = place
    while (at.call >= 0) at = this.#ofCall[at.call].leading
    let input = -1 - at.call
    for (let same = this.#same.get(input); same !== undefined; same = this.#same.get(input)) input = same
    return input
  }
}
