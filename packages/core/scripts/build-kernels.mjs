// Builds the kernel binaries into packages/core/wasm/, three kinds from the same sources:
//   simd     no relaxed instruction, runs everywhere
//   relaxed  fused multiply-add where the runtime validates relaxed SIMD
//   turbo    relaxed, in tiles that V8's revectorization turns into 256-bit operations
// A single relaxed instruction makes some browsers reject a whole module, hence one binary each. The fourth, more, has the
// kernels that the seed job does without, and is loaded beside any of the three for programs that need one of them.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { modules } from '../kernels/generate-tiles.mjs'

const room = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/**
 * Tile shapes as measured best: V8 has 15 vector registers to give, for 12 accumulators, 2 vectors of b and one element
 * of a. A plain multiply-add wants one more, for the product.
 */
const BASE = {
  simd: { relaxed: false, shape: { rows: 5, columns: 8, vectorPanels: 2 } },
  relaxed: { relaxed: true, shape: { rows: 6, columns: 8, vectorPanels: 2 } },
  turbo: { relaxed: true, shape: { rows: 6, columns: 16, vectorPanels: 4 } },
}

/** Where the constants begin, in the one memory over which `more` runs beside another: a test looks that none meet. */
const CONSTANTS = { base: 1024, more: 4096 }

// Level 2, because level 3 inlines the tiles into their callers' loops, where V8 spills their accumulators. Shrinking
// takes a tenth off the size and no speed, as the tiles stay what they are.
const OPTIONS = [
  '--runtime stub --noAssert --optimizeLevel 2 --shrinkLevel 2',
  '--importMemory --noExportMemory --sharedMemory --initialMemory 1 --maximumMemory 65536',
  '--enable threads --enable simd',
  '--disableWarning 112 --disableWarning 201',
]

async function build(name, entry, constants, relaxed, generated = []) {
  let binary
  const { error, stderr } = await asc.main(
    [
      entry,
      ...['--outFile', `${name}.wasm`],
      ...['--memoryBase', String(constants)],
      ...OPTIONS.flatMap((line) => line.split(' ')),
      ...(relaxed ? ['--enable', 'relaxed-simd'] : []),
    ],
    {
      readFile: (path, base) =>
        generated.find(([name]) => path.endsWith(name))?.[1] ??
        readFile(resolve(base, path), 'utf8').catch(() => null),
      writeFile: (_path, data) => {
        binary = data
      },
      listFiles: () => [],
    },
  )
  if (error) throw new Error(`The ${name} kernels do not compile.\n${stderr.toString()}`)
  await replace(resolve(output, `${name}.wasm`), binary)
}

/** Whoever reads the file meanwhile reads the old one or the new one. */
async function replace(path, data) {
  const temporary = `${path}.${process.pid}`
  await writeFile(temporary, data)
  await rename(temporary, path)
}

const output = resolve(room, 'wasm')
process.chdir(room)
await mkdir(output, { recursive: true })
for (const [name, { relaxed, shape }] of Object.entries(BASE))
  await build(name, 'kernels/index.ts', CONSTANTS.base, relaxed, Object.entries(modules(shape)))
await build('more', 'kernels/more/index.ts', CONSTANTS.more, false)
