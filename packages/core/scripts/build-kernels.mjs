// Builds the kernel binaries into packages/core/wasm/, two from the same sources:
//   relaxed  fused multiply-add where the runtime validates relaxed SIMD; where it does not, the engine makes of it
//            simd, without relaxed instructions, of which a single one makes some browsers reject a whole module
//   turbo    relaxed, in tiles that V8's revectorization turns into 256-bit operations
// The third, more, has the kernels that the seed job does without, and is loaded beside any of those for programs that
// need one of them.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { modules } from '../kernels/generate-tiles.mjs'
import { finishRelaxed } from './finish-relaxed.mjs'

const room = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/**
 * Tile shapes as measured best: V8 has 15 vector registers to give, for 12 accumulators, 2 vectors of b and one element
 * of a. A plain multiply-add wants one more, for the product: there tiles have a row less.
 */
const BASE = {
  relaxed: { shape: { rows: 6, unfusedRows: 5, columns: 8, vectorPanels: 2 }, finish: finishRelaxed },
  turbo: { shape: { rows: 6, unfusedRows: 6, columns: 16, vectorPanels: 4 } },
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

async function build(name, { entry, constants, relaxed, generated = [], finish = (binary) => binary }) {
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
  await replace(resolve(output, `${name}.wasm`), await finish(binary))
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
for (const [name, { shape, finish }] of Object.entries(BASE)) {
  const generated = Object.entries(modules(shape))
  await build(name, {
    entry: 'kernels/index.ts',
    constants: CONSTANTS.base,
    relaxed: true,
    generated,
    finish,
  })
}
await build('more', { entry: 'kernels/more/index.ts', constants: CONSTANTS.more, relaxed: false })
// what an older build made would be published
const made = [...Object.keys(BASE), 'more'].map((name) => `${name}.wasm`)
for (const name of await readdir(output)) if (!made.includes(name)) await rm(resolve(output, name))
