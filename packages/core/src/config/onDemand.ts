// Parts of the library that most programs do without. Options ask for them at once, a model has them before it is first
// computed: so that who does not need them does not download them. A file `more.ts` holds what is downloaded together.

const asked = new Set<Part<object>>()

/** A part of the library that is downloaded when first asked for. */
export class Part<T extends object> {
  readonly #import: () => Promise<T>
  #module: T | null = null

  constructor(load: () => Promise<T>) {
    this.#import = load
  }

  /** Has it loaded before the next model is opened or trained. */
  demand(): void {
    asked.add(this)
  }

  async load(): Promise<void> {
    this.#module ??= await this.#import()
  }

  /** What it holds, once it is loaded. */
  get module(): T {
    if (!this.#module) throw new Error('await loadDemanded() first')
    return this.#module
  }
}

/** Loads what was asked for; where that fails, the next call tries again. */
export async function loadDemanded(): Promise<void> {
  await Promise.all(
    [...asked].map(async (part) => {
      await part.load()
      asked.delete(part)
    }),
  )
}
