import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { enableRelaxedSimd } from '../engines/wasm/index.ts'
import { pool } from '../engines/wasm/pool.ts'
import { trainOnce } from '../testing/trainOnce.ts'

enableRelaxedSimd()

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** The SHA-256 of the weights for each number of threads, in a process of its own. */
function inAnotherProcess(node: string, kernels: string, ...threads: number[]): unknown[] {
  return JSON.parse(
    execFileSync(node, [path('../testing/trainOnce.js'), kernels, ...threads.map(String)], {
      encoding: 'utf8',
    }),
  )
}

describe.each(['simd', 'relaxed'] as const)('same seed, same bits: %s', (kernels) => {
  it('for 1, 2 and 4 threads, and from run to run', async () => {
    const sha = await trainOnce(kernels, 1)
    expect(sha).toMatch(/^[0-9a-f]{64}$/)
    for (const threads of [2, 4, 1]) {
      const before = pool.offered - pool.late
      expect(await trainOnce(kernels, threads), `${threads} threads`).toBe(sha)
      // the workers have done something
      if (threads > 1) expect(pool.offered - pool.late).toBeGreaterThan(before)
    }
    expect(await trainOnce(kernels, 1, 4)).not.toBe(sha)
  })

  it('from process to process', async () => {
    const sha = await trainOnce(kernels, 2)
    expect(inAnotherProcess(process.execPath, kernels, 4, 1)).toEqual([sha, sha])
    expect(inAnotherProcess(process.execPath, kernels, 2)).toEqual([sha])
  })
})

/** Nodes with V8's revectorization: this one, or those that bench/ has installed. */
const turboNodes = [
  ...(Number.parseInt(process.versions.node, 10) >= 24 ? [process.execPath] : []),
  ...['node24', 'node26']
    .map((name) => path(`../../../../bench/node_modules/${name}/bin/node`))
    .filter(existsSync),
]

for (const node of turboNodes) {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  describe(`same seed, same bits: Node ${version}`, () => {
    it('with turbo and without, for 1, 2 and 4 threads', async () => {
      const sha = await trainOnce('relaxed', 1)
      expect(inAnotherProcess(node, 'relaxed', 1)).toEqual([sha])
      expect(inAnotherProcess(node, 'turbo', 1, 2, 4)).toEqual([sha, sha, sha])
    })

    it('simd, as on this Node', async () => {
      expect(inAnotherProcess(node, 'simd', 2)).toEqual([await trainOnce('simd', 1)])
    })
  })
}
