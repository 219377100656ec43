import { join } from 'node:path'

/** Compiles the loops into `folder` and returns the path of the binary. */
export async function buildYardstick(folder) {
  const { default: asc } = await import('assemblyscript/asc')
  const out = join(folder, 'yardstick.wasm')
  const source = new URL('kernel.ts', import.meta.url).pathname
  const features = ['--enable', 'simd', '--enable', 'relaxed-simd']
  const options = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', ...features]
  const { error, stderr } = await asc.main([source, '--outFile', out, ...options])
  if (error) throw new Error(`The yardstick's kernel did not compile: ${error.message}\n${stderr}`)
  return out
}
