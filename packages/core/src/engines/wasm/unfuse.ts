// `simd` is `relaxed` with every multiply-add as a product and a sum. The build leaves each so much room that the plain
// instructions have the same length (scripts/equal-lengths.mjs), so nothing else in the file moves.

/** The local variable that holds the addend: any byte. */
const ADDEND = -1

const NOP = [0x01]
const GET_ADDEND = [0x20, ADDEND]
const MULTIPLY = [0xfd, 0xe6, 0x01]
const NEGATE = [0xfd, 0xe1, 0x01]
const ADD = [0xfd, 0xe4, 0x01]
const MULTIPLY_ADD = [0xfd, 0x85, 0x02]
const NEGATIVE_MULTIPLY_ADD = [0xfd, 0x86, 0x02]

const ROOM = [NOP, NOP, NOP].flat()
const REPLACEMENTS = [
  { fused: [ROOM, GET_ADDEND, MULTIPLY_ADD].flat(), plain: [MULTIPLY, GET_ADDEND, ADD].flat() },
  {
    fused: [ROOM, ROOM, GET_ADDEND, NEGATIVE_MULTIPLY_ADD].flat(),
    plain: [MULTIPLY, NEGATE, GET_ADDEND, ADD].flat(),
  },
]

/** The bytes of `simd`, from those of `relaxed`. */
export function unfuse(relaxed: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const simd = relaxed.slice()
  for (const at of relaxed.keys()) {
    const found = REPLACEMENTS.find(({ fused }) =>
      fused.every((byte, i) => byte === ADDEND || byte === relaxed[at + i]),
    )
    found?.plain.forEach((byte, i) => {
      if (byte !== ADDEND) simd[at + i] = byte
    })
  }
  return simd
}
