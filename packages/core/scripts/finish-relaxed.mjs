import createWabt from 'wabt'

/**
 * What the compiler cannot be asked for. The tiles, exported so that it leaves them as they are, need no names in the end.
 *
 * And from the `relaxed` binary the engine makes `simd` in place (`unfuse.ts`), so every multiply-add must be as long as
 * the plain instructions for it. It gets that room in operations that cost nothing when compiled:
 *
 *   nop nop nop, local.get c, f32x4.relaxed_madd    for    f32x4.mul, local.get c, f32x4.add
 *
 * c − a·b becomes −a·b + c, with the same bits, so that there is one kind of them alone.
 */
export async function finishRelaxed(binary) {
  const wabt = await createWabt()
  const features = { threads: true, simd: true, relaxed_simd: true }
  const module = wabt.readWasm(binary, features)
  const text = spaced(module.toText({})).replaceAll(TILE_EXPORT, '')
  const { buffer } = wabt.parseWat('relaxed.wat', text, features).toBinary({})
  check(text, buffer)
  return buffer
}

const TILE_EXPORT = /\(export "(?:rows|lanes|vectorTile|sumTile)\d*" \(func \d+\)\)/g
const FUNCTION = /\n {2}\(func /
const LOCALS = /^.*(?:\n *\(local .*\))?/
const MULTIPLY_ADD = /(?:local\.get (\d+)\s+)?f32x4\.relaxed_(n?)madd/g

/** One instruction a line, a function after the other. */
function spaced(text) {
  const [head, ...functions] = text.split(FUNCTION)
  return [head, ...functions.map(spacedFunction)].join('\n  (func ')
}

function spacedFunction(text) {
  const spaced = text.replaceAll(MULTIPLY_ADD, (_, local, negative) => {
    const addend = local ?? '$addend'
    const keep = local ? '' : 'local.set $addend'
    return `${keep} ${negative ? 'f32x4.neg' : ''} nop nop nop local.get ${addend} f32x4.relaxed_madd`
  })
  return spaced.includes('$addend') ? spaced.replace(LOCALS, '$& (local $addend v128)') : spaced
}

/** A search for bytes, which is what the engine does, must find all of them and nothing else. */
function check(text, binary) {
  const count = text.split('relaxed').length - 1
  const found =
    Buffer.from(binary)
      .toString('hex')
      .match(/01010120[0-7].fd8502/g)?.length ?? 0
  if (count !== found)
    throw new Error(`The kernels have ${count} relaxed instructions, of which ${found} can be unfused.`)
}
