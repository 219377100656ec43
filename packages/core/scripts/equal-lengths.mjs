import createWabt from 'wabt'

/**
 * From the `relaxed` binary the engine makes `simd` in place (`unfuse.ts`), so every relaxed multiply-add must be as long
 * as the plain instructions for it. This gives the binary that room, in operations that cost nothing when compiled:
 *
 *   nop nop nop, local.get c, f32x4.relaxed_madd              for f32x4.mul, local.get c, f32x4.add
 *   nop nop nop nop nop nop, local.get c, f32x4.relaxed_nmadd for f32x4.mul, f32x4.neg, local.get c, f32x4.add
 */
export async function withRoomToUnfuse(binary) {
  const wabt = await createWabt()
  const features = { threads: true, simd: true, relaxed_simd: true }
  const module = wabt.readWasm(binary, features)
  const text = spaced(module.toText({}))
  const { buffer } = wabt.parseWat('relaxed.wat', text, features).toBinary({})
  check(text, buffer)
  return buffer
}

const FUNCTION = /\n {2}\(func /
const LOCALS = /^.*(?:\n *\(local .*\))?/
const MULTIPLY_ADD = /(?:local\.get (\d+)\s+)?(f32x4\.relaxed_(n?)madd)/g

/** One instruction a line, a function after the other. */
function spaced(text) {
  const [head, ...functions] = text.split(FUNCTION)
  return [head, ...functions.map(spacedFunction)].join('\n  (func ')
}

function spacedFunction(text) {
  let hasAddend = false
  const spaced = text.replaceAll(MULTIPLY_ADD, (_, local, instruction, negated) => {
    const room = 'nop '.repeat(negated ? 6 : 3)
    if (local) return `${room} local.get ${local} ${instruction}`
    hasAddend = true
    return `local.set $addend ${room} local.get $addend ${instruction}`
  })
  return hasAddend ? spaced.replace(LOCALS, '$& (local $addend v128)') : spaced
}

/** A search for bytes, which is what the engine does, must find all of them and nothing else. */
function check(text, binary) {
  const bytes = Buffer.from(binary).toString('hex')
  for (const [instruction, pattern] of [
    ['relaxed_madd', /(?:01){3}20[0-7].fd8502/g],
    ['relaxed_nmadd', /(?:01){6}20[0-7].fd8602/g],
  ]) {
    const count = text.split(instruction).length - 1
    const found = bytes.match(pattern)?.length ?? 0
    if (count !== found)
      throw new Error(`The kernels have ${count} ${instruction}, of which ${found} can be unfused.`)
  }
}
