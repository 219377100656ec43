import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import createWabt from 'wabt'
import { unfuse } from './unfuse.ts'

const relaxed = new Uint8Array(readFileSync(new URL('../../../wasm/relaxed.wasm', import.meta.url)))
const wabt = await createWabt()

/** A binary's instructions, one a line, as a disassembler of others reads them. */
function instructionsOf(binary: Uint8Array): string {
  const features = { threads: true, simd: true, relaxed_simd: true }
  return wabt.readWasm(binary, features).toText({}).replaceAll(/\n\s*/g, '\n')
}

it('makes of every multiply-add a product and a sum, and leaves all else as it is', () => {
  const before = instructionsOf(relaxed)
  const expected = before.replaceAll(
    /(?:nop\n){3}(local.get \d+)\nf32x4.relaxed_madd/g,
    'f32x4.mul\n$1\nf32x4.add',
  )
  const simd = unfuse(relaxed)
  expect(instructionsOf(simd)).toBe(expected)
  expect(before).toContain('relaxed')
  expect(expected).not.toMatch(/relaxed|nop/)
  expect(WebAssembly.validate(simd)).toBe(true)
})
