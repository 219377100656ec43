import { platform } from '#engine/platform'
import { turboUrl } from '#engine/turbo'
import { EngineError } from '../../errors.ts'
import { unfuse } from './unfuse.ts'

/** simd runs everywhere; relaxed rounds a multiply-add once where the hardware can; turbo is relaxed in wider tiles. */
export type Binary = 'simd' | 'relaxed' | 'turbo'

/** more: the kernels that the seed job does without, in plain SIMD, beside any of the others. */
type Part = Binary | 'more'

const relaxed = new URL('../../../wasm/relaxed.wasm', import.meta.url)

/** Spelt out, so that bundlers see the files; the same from src/ and from dist/. simd is made from the bytes of relaxed. */
const URLS: Readonly<Record<Part, URL | null>> = {
  simd: relaxed,
  relaxed,
  turbo: turboUrl,
  more: new URL('../../../wasm/more.wasm', import.meta.url),
}

const compiled = new Map<Part, Promise<WebAssembly.Module | null>>()

/** The compiled binary, compiled once; null where this runtime refuses its instructions. */
export function compile(part: Part): Promise<WebAssembly.Module | null> {
  const known = compiled.get(part)
  if (known) return known
  const module = readAndCompile(part)
  compiled.set(part, module)
  // what failed for want of a file, a network or a flag of V8 may go well the next time
  module.then(
    (found) => found ?? compiled.delete(part),
    () => compiled.delete(part),
  )
  return module
}

async function readAndCompile(part: Part): Promise<WebAssembly.Module | null> {
  const url = URLS[part]
  if (!url) return null
  const read = await platform.read(url).catch((error) => {
    throw new EngineError(
      `cannot read the kernels ${url} (${error.message}); is the package complete, and served with its folder wasm?`,
      { cause: error },
    )
  })
  const bytes = part === 'simd' ? unfuse(read) : read
  return WebAssembly.validate(bytes) ? WebAssembly.compile(bytes) : null
}
