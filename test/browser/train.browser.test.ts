// The package as a bundler ships it, in Debian's Chromium: 200 batches of the seed job off the page's own thread, with
// and without cross-origin isolation, with the same bits as Node's in the same arithmetic.
import { mkdtemp, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { enableRelaxedSimd } from '@carousel/core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type JobResult, runJob } from './job.ts'
import { learnSeries, type SeriesResult } from './series.ts'
import { serve } from './serve.ts'
import { learnTexts, type TextsResult } from './texts.ts'
import { learnWords, type WordsResult } from './words.ts'
import { learnWriting, type WritingResult } from './writing.ts'

/** What page/main.js offers. */
interface PageGlobals {
  trainInPage(options: object): Promise<PageResult>
  learnTexts: typeof learnTexts
  learnWords: typeof learnWords
  learnSeries: typeof learnSeries
  learnWriting: typeof learnWriting
}

type PageResult = JobResult & { seconds: number; longestGap: number; isolated: boolean }

const page = fileURLToPath(new URL('../../browser/page', import.meta.url))
const servers: Server[] = []
let bundle: string
let browser: Browser
const inNode = new Map<string, Promise<JobResult>>()

/** What Node gets in this arithmetic. */
function expected(arithmetic: string): Promise<JobResult> {
  const known =
    inNode.get(arithmetic) ?? runJob({ threads: 2, kernels: arithmetic === 'fused' ? 'relaxed' : 'simd' })
  inNode.set(arithmetic, known)
  return known
}

const trainInPage = (isolated: boolean, options: object): Promise<PageResult> =>
  inPage(isolated, (tab) =>
    tab.evaluate((given) => (globalThis as unknown as PageGlobals).trainInPage(given), options),
  )

/** A new page of its own, for something to be done there without complaints. */
async function inPage<Result>(isolated: boolean, act: (tab: Page) => Promise<Result>): Promise<Result> {
  const { url, server } = await serve(bundle, isolated)
  servers.push(server)
  const tab = await browser.newPage()
  const complaints: string[] = []
  tab.on('pageerror', (error) => complaints.push(String(error)))
  await tab.goto(url)
  const result = await act(tab)
  expect(complaints).toEqual([])
  await tab.close()
  return result
}

beforeAll(async () => {
  // Node 20 has relaxed SIMD behind a flag; the same arithmetic as the browser's is what we compare with
  enableRelaxedSimd()
  bundle = await mkdtemp(join(tmpdir(), 'carousel-page-'))
  const options = { outDir: bundle, emptyOutDir: true, target: 'es2022' } as const
  await build({
    root: page,
    configFile: false,
    logLevel: 'warn',
    base: './',
    build: options,
    worker: { format: 'es' },
  })
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
  ]
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args })
}, 120_000)

afterAll(async () => {
  await browser?.close()
  for (const server of servers) server.close()
  if (bundle) await rm(bundle, { recursive: true })
})

describe.each([
  { isolated: true, kernels: 'simd' },
  { isolated: false, kernels: 'simd' },
  { isolated: true, kernels: 'auto' },
  { isolated: false, kernels: 'auto' },
])('a page, cross-origin isolated: $isolated, kernels: $kernels', ({ isolated, kernels }) => {
  it('trains off its own thread with the same bits as Node', async () => {
    const result = await trainInPage(isolated, { threads: 2, kernels })
    const node = await expected(result.arithmetic)
    expect(result.isolated).toBe(isolated)
    expect(result.weightsSha256).toBe(node.weightsSha256)
    expect(result.resumedSha256).toBe(node.resumedSha256)
    expect(result.predictions).toEqual(node.predictions)
    expect(result.streamed).toEqual(result.predictions.slice(0, 10))
    expect(result.loss).toBe(node.loss)
    // a training step takes some 5 ms, the whole job seconds: were it done here, the page would stand still
    expect(result.longestGap).toBeLessThan((result.seconds * 1000) / 4)
    console.log(
      `${result.seconds.toFixed(1)} s, the page was busy for at most ${result.longestGap.toFixed(0)} ms`,
    )
  }, 120_000)
})

it('a task learns in a page: the same data, weights and answers as in Node', async () => {
  const result: TextsResult = await inPage(true, (tab) =>
    tab.evaluate(() => (globalThis as unknown as PageGlobals).learnTexts({ kernels: 'auto' })),
  )
  const kernels = result.arithmetic === 'fused' ? 'relaxed' : 'simd'
  expect(result).toEqual(await learnTexts({ kernels }))
  expect(result).toMatchObject({ accuracy: 1, predicted: ['good', 'bad', 'bad'] })
}, 120_000)

it('so does one of sound: features, weights and answers as in Node', async () => {
  const result: WordsResult = await inPage(true, (tab) =>
    tab.evaluate(() => (globalThis as unknown as PageGlobals).learnWords({ kernels: 'auto' })),
  )
  const kernels = result.arithmetic === 'fused' ? 'relaxed' : 'simd'
  expect(result).toEqual(await learnWords({ kernels }))
  expect(result).toMatchObject({ accuracy: 1, heard: ['yes', 'no'] })
}, 120_000)

it('and one of series: figures, forecasts and the picture of them as in Node', async () => {
  const result: SeriesResult = await inPage(true, (tab) =>
    tab.evaluate(() => (globalThis as unknown as PageGlobals).learnSeries({ kernels: 'auto' })),
  )
  const kernels = result.arithmetic === 'fused' ? 'relaxed' : 'simd'
  expect(result).toEqual(await learnSeries({ kernels }))
  expect(result.picture).toMatch(/^<svg /)
}, 120_000)

it('and one of characters: figures and what is written as in Node', async () => {
  const result: WritingResult = await inPage(true, (tab) =>
    tab.evaluate(() => (globalThis as unknown as PageGlobals).learnWriting({ kernels: 'auto' })),
  )
  const kernels = result.arithmetic === 'fused' ? 'relaxed' : 'simd'
  expect(result).toEqual(await learnWriting({ kernels }))
  expect(result.written).toContain('painted')
}, 120_000)
