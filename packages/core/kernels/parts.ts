// What a kernel does of its work: all of it, unless a profile tells the matrix products of fused kernels from the rest.

/** Kernels leave out what is no matrix product. Their results are worth nothing then, their time is. */
export let productsOnly: bool = false

export function onlyProducts(on: i32): void {
  productsOnly = on != 0
}
