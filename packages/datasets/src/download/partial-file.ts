import type { Bytes } from '../tensor.ts'

/** What has come of a file so far: its first `length` bytes. */
export class PartialFile {
  length = 0
  readonly size: number
  readonly #buffer: Bytes

  constructor(size: number) {
    this.size = size
    this.#buffer = new Uint8Array(size)
  }

  get bytes(): Bytes {
    return this.#buffer.subarray(0, this.length)
  }

  get complete(): boolean {
    return this.length === this.size
  }

  append(chunk: Uint8Array): void {
    if (this.length + chunk.length > this.size)
      throw new Error(`more than the ${this.size} bytes of the file`)
    this.#buffer.set(chunk, this.length)
    this.length += chunk.length
  }

  clear(): void {
    this.length = 0
  }
}
