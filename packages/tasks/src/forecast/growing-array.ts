/** Numbers whose count is not known beforehand, without an object for each. */
export class GrowingArray {
  #held = new Float64Array(1024)
  #count = 0

  push(value: number): void {
    if (this.#count === this.#held.length) {
      const larger = new Float64Array(2 * this.#count)
      larger.set(this.#held)
      this.#held = larger
    }
    this.#held[this.#count++] = value
  }

  taken(): Float64Array {
    return this.#held.slice(0, this.#count)
  }
}
