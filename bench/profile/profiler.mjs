import { openLocal } from '../../packages/core/dist/engines/wasm/local.js'
import { ProfiledExecutable } from '../../packages/core/dist/engines/wasm/profiled.js'
import { loadLoop } from '../yardstick/loop.mjs'
import { breakdown, undisturbed } from './breakdown.mjs'

/** Steps that are not looked at: the first time V8 compiles the kernels meanwhile, later caches fill. */
const FIRST_WARM_UP = 80
const WARM_UP = 8

/** Milliseconds between two readings of the yardstick, and calls of its loop in one: about a millisecond. */
const YARDSTICK_EVERY = 50
const YARDSTICK_CALLS = 40

/**
 * An engine that keeps where the time of training steps goes; the library has no such option. Give `engine` to a model,
 * compile it, and hand it to `profile`.
 */
export class Profiler {
  #machine
  #loop
  #training
  #warmUp = FIRST_WARM_UP

  /** @param yardstick path of the yardstick's binary */
  static async open({ threads, kernels, yardstick }) {
    const profiler = new Profiler()
    profiler.#machine = await openLocal({ threads, kernels }, ProfiledExecutable)
    profiler.#loop = await loadLoop(yardstick, profiler.width)
    profiler.#watch()
    return profiler
  }

  get engine() {
    return { name: 'wasm', open: async () => this.#machine }
  }

  /** Which kernels run. */
  get kernels() {
    return this.#machine.parts.binary
  }

  /** Bits of a vector. */
  get width() {
    return this.kernels === 'turbo' ? 256 : 128
  }

  #watch() {
    const load = this.#machine.load.bind(this.#machine)
    this.#machine.load = async (program, bounds) => {
      const executable = await load(program, bounds)
      if (program.name === 'training') this.#training = executable
      return executable
    }
  }

  /**
   * Trains for some seconds, with the yardstick measured between steps now and then.
   *
   * @returns the breakdown of a step; of how many steps it is made; the yardstick's GFLOP/s as `ceiling`
   */
  async profile(model, x, y, { batch, seconds }) {
    const samples = []
    const readings = []
    const controller = new AbortController()
    const warmUp = this.#warmUp
    this.#warmUp = WARM_UP
    let steps = 0
    let end = Number.POSITIVE_INFINITY
    let next = 0
    let own = 0
    const onBatchEnd = (_, { size }) => {
      const begin = performance.now()
      if (++steps > warmUp && size === batch) samples.push(this.#sample(own))
      if (steps === warmUp) end = begin + 1000 * seconds
      if (steps >= warmUp && begin >= next) {
        readings.push(this.#readYardstick())
        next = performance.now() + YARDSTICK_EVERY
      }
      if (begin >= end) controller.abort()
      own = 1e6 * (performance.now() - begin)
    }
    const { signal } = controller
    await model.fit(x, y, { epochs: 1_000_000, batchSize: batch, callbacks: [{ onBatchEnd }], signal })
    const { program, shares } = this.#training.profile
    const ceiling = 1 / undisturbed(readings)
    return { steps: samples.length, ceiling, ...breakdown(program, samples, { batch, shares }) }
  }

  /** What the step before took; `own` nanoseconds before it were ours. */
  #sample(own) {
    const { instructions, products, between, packing, waiting, unpacking } = this.#training.profile
    return {
      instructions: instructions.slice(),
      products: products.slice(),
      between: between - own,
      packing,
      waiting,
      unpacking,
    }
  }

  /** Seconds for a thousand million operations. */
  #readYardstick() {
    const begin = performance.now()
    const operations = this.#loop(YARDSTICK_CALLS)
    return ((performance.now() - begin) * 1e6) / operations
  }
}
