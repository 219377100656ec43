import { expect, it } from 'vitest'
import { wasm } from './index.ts'
import { enableRelaxedSimd, enableTurbo } from './v8.ts'

const node = Number(process.versions.node.split('.')[0])

it('takes the kernels that are asked for, and says so', async () => {
  const { arithmetic, notes } = await wasm({ threads: 1, kernels: 'simd' }).open()
  expect(arithmetic).toBe('unfused')
  expect(notes.slice(0, 2)).toEqual([
    'kernels: simd (asked for)',
    'arithmetic: a multiply-add is rounded twice (unfused)',
  ])
  expect(notes[2]).toMatch(/^threads: at most 1 of \d+ that can run at once$/)
})

it('takes the fastest that runs here, as V8 is switched', async () => {
  const before = await wasm().open()
  expect(before.notes[0]).toMatch(
    node < 21 ? /^kernels: simd \(this runtime has no relaxed SIMD\)/ : /^kernels: relaxed/,
  )
  expect(enableRelaxedSimd()).toBe(true)
  expect((await wasm().open()).notes[0]).toMatch(/^kernels: relaxed \(this runtime has relaxed SIMD/)
  expect(enableTurbo()).toBe(node >= 24)
  const after = await wasm().open()
  expect(after.notes[0]).toMatch(
    node >= 24
      ? /^kernels: \w+ \(a small step takes [\d.]+ ms relaxed, [\d.]+ ms turbo\)/
      : /^kernels: relaxed/,
  )
  const relaxed = await wasm({ kernels: 'relaxed' }).open()
  expect(after.arithmetic).toBe(relaxed.arithmetic)
})

it('takes turbo only where V8 has it', async () => {
  const opened = wasm({ kernels: 'turbo' }).open()
  if (node < 24)
    await expect(opened).rejects.toThrow(
      "the 'turbo' kernels need V8's revectorization, which Node has from version 24 on",
    )
  else expect((await opened).notes[0]).toBe('kernels: turbo (asked for)')
})
