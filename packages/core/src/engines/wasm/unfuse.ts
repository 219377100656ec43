// `simd` is `relaxed` with every multiply-add as a product and a sum. The build leaves each so much room that the plain
// instructions have the same length (scripts/finish-relaxed.mjs), so nothing else in the file moves.

/** The local variable that holds the addend: any byte. */
const ADDEND = -1

/** nop nop nop, local.get, f32x4.relaxed_madd */
const FUSED = [1, 1, 1, 0x20, ADDEND, 0xfd, 0x85, 2]
/** f32x4.mul, local.get, f32x4.add */
const PLAIN = [0xfd, 0xe6, 1, 0x20, ADDEND, 0xfd, 0xe4, 1]

/** The bytes of `simd`, from those of `relaxed`. */
export function unfuse(relaxed: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const simd = relaxed.slice()
  for (const at of relaxed.keys()) {
    if (FUSED.every((byte, i) => byte === ADDEND || byte === relaxed[at + i]))
      for (const [i, byte] of PLAIN.entries()) if (byte !== ADDEND) simd[at + i] = byte
  }
  return simd
}
