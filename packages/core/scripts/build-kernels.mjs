// Builds the three kernel binaries into packages/core/wasm/ from the same sources:
//   simd     no relaxed instruction, runs everywhere
//   relaxed  fused multiply-add where the runtime validates relaxed SIMD
//   turbo    relaxed, in tiles that V8's revectorization turns into 256-bit operations
// A single relaxed instruction makes some browsers reject a whole module, hence one binary each.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { tiles } from '../kernels/generate-tiles.mjs'

const room = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/** Tile shapes as measured best: 15 vector registers hold 12 accumulators, 2 columns of b and one element of a. */
const MODES = {
  simd: { relaxed: false, shape: { rows: 5, columns: 8, vectorPanels: 2 } },
  relaxed: { relaxed: true, shape: { rows: 6, columns: 8, vectorPanels: 2 } },
  turbo: { relaxed: true, shape: { rows: 6, columns: 16, vectorPanels: 4 } },
}

const options = [
  '--runtime stub --noAssert --optimizeLevel 2',
  '--importMemory --noExportMemory --sharedMemory --initialMemory 1 --maximumMemory 65536',
  '--enable threads --enable simd',
  '--disableWarning 112 --disableWarning 201',
]

async function build(name, { relaxed, shape }, output, keepText) {
  const generated = tiles(shape)
  const written = []
  const { error, stderr } = await asc.main(
    [
      'kernels/index.ts',
      '--outFile',
      `${name}.wasm`,
      ...(keepText ? ['--textFile', `${name}.wat`] : []),
      ...options.flatMap((line) => line.split(' ')),
      ...(relaxed ? ['--enable', 'relaxed-simd'] : []),
    ],
    {
      readFile: (path, base) =>
        path.endsWith('generated/tiles.ts')
          ? generated
          : readFile(resolve(base, path), 'utf8').catch(() => null),
      writeFile: (path, data) => void written.push(writeFile(resolve(output, path), data)),
      listFiles: () => [],
    },
  )
  if (error) throw new Error(`The ${name} kernels do not compile.\n${stderr.toString()}`)
  await Promise.all(written)
}

const keepText = process.argv.includes('--text')
const output = resolve(room, 'wasm')
process.chdir(room)
await mkdir(output, { recursive: true })
for (const [name, mode] of Object.entries(MODES)) await build(name, mode, output, keepText)
