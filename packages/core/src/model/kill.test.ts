import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { reference } from '../engines/reference/reference.ts'
import { Generator } from '../random/generator.ts'
import { loadModel } from './load.ts'

const KILLS = 30
const folder = await mkdtemp(join(tmpdir(), 'carousel-kill-'))
afterAll(() => rm(folder, { recursive: true }))

/** Lets a process save over and over, and kills it after a while. */
async function saveAndKill(path: string, milliseconds: number): Promise<void> {
  const script = fileURLToPath(new URL('../testing/saveForever.js', import.meta.url))
  const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  await setTimeout(milliseconds)
  child.kill('SIGKILL')
  await ended
}

it(`a file that is being saved is old or new, never torn: ${KILLS} kills at random moments`, async () => {
  const generator = new Generator(2026)
  const path = join(folder, 'model.safetensors')
  let unfinished = 0
  for (let kill = 0; kill < KILLS; kill++) {
    await saveAndKill(path, generator.below(60))
    // what it was about to write lies beside it, under another name
    const left = (await readdir(folder)).filter((name) => name !== 'model.safetensors')
    expect(left.every((name) => /^\.model\.safetensors\.[0-9a-f]{12}\.tmp$/.test(name))).toBe(true)
    unfinished += left.length
    for (const name of left) await rm(join(folder, name))

    const weights = await (await loadModel(await readFile(path), { engine: reference() })).getWeights()
    const [number] = weights[0].data
    expect(number).toBeGreaterThanOrEqual(1)
    expect(weights.every(({ data }) => data.every((value) => value === number))).toBe(true)
  }
  // otherwise this test has never met a save half-way
  expect(unfinished).toBeGreaterThan(0)
}, 120_000)
