import type { Float32Tensor, Tensor } from '@carousel/core'

export type { Float32Tensor, Tensor }

export type Int32Tensor = Tensor & { readonly data: Int32Array }

/** Bytes that this package read or received itself (never shared memory). */
export type Bytes = Uint8Array<ArrayBuffer>
