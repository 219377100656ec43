import { compare } from '#engine/compare'
import { EngineError, OptionError } from '../../errors.ts'
import type { Arithmetic } from '../engine.ts'
import { type Binary, compile } from './binaries.ts'
import { instantiate } from './instance.ts'
import { enableTurbo, isAsked, isEnabled } from './v8.ts'

/** A binary that runs here, and why this one. */
export interface Choice {
  readonly binary: Binary
  readonly module: WebAssembly.Module
  readonly arithmetic: Arithmetic
  readonly notes: readonly string[]
}

const choices = new Map<string, Promise<Choice>>()

/** Chooses once for what V8 has switched on; what has been tried need not be tried again. */
export function choose(kernels: 'auto' | Binary): Promise<Choice> {
  if (kernels === 'turbo') enableTurbo()
  const key = [kernels, isAsked('revectorization'), isAsked('relaxed-simd')].join()
  const known = choices.get(key)
  if (known) return known
  const choice = kernels === 'auto' ? fastest() : asked(kernels)
  choices.set(key, choice)
  choice.catch(() => choices.delete(key))
  return choice
}

async function asked(binary: Binary): Promise<Choice> {
  if (binary === 'turbo' && !isEnabled('revectorization')) {
    throw new OptionError(
      "the 'turbo' kernels need V8's revectorization, which Node has from version 24 on; leave the option 'kernels' out",
    )
  }
  const module = await compile(binary)
  if (!module)
    throw new OptionError(
      `this runtime refuses the '${binary}' kernels; leave the option 'kernels' out to take what it accepts`,
    )
  return described(binary, module, 'asked for')
}

async function fastest(): Promise<Choice> {
  const relaxed = await compile('relaxed')
  if (!relaxed) return described('simd', await requireSimd(), 'this runtime has no relaxed SIMD')
  if (!compare) return described('relaxed', relaxed, 'this runtime has relaxed SIMD')
  if (!isEnabled('revectorization')) {
    const why = isAsked('revectorization')
      ? 'this Node has no revectorization (24 and later have)'
      : 'revectorization is not switched on'
    return described('relaxed', relaxed, `this runtime has relaxed SIMD; ${why}`)
  }
  const turbo = await compile('turbo')
  if (!turbo) return described('relaxed', relaxed, 'this runtime refuses the turbo kernels')
  const { equal, milliseconds } = await compare(['relaxed', relaxed], ['turbo', turbo])
  const times = `a small step takes ${milliseconds.map((ms) => ms.toFixed(3)).join(' ms relaxed, ')} ms turbo`
  if (!equal) return described('relaxed', relaxed, 'the turbo kernels gave other bits than the relaxed ones')
  return milliseconds[1] < milliseconds[0]
    ? described('turbo', turbo, times)
    : described('relaxed', relaxed, times)
}

async function requireSimd(): Promise<WebAssembly.Module> {
  const module = await compile('simd')
  if (!module)
    throw new EngineError(
      'this runtime has no WebAssembly SIMD or threads; use Node 20, Chrome 91, Firefox 89, Safari 16.4 or newer',
    )
  return module
}

function described(binary: Binary, module: WebAssembly.Module, reason: string): Choice {
  const fused = isFused(module)
  return {
    binary,
    module,
    arithmetic: fused ? 'fused' : 'unfused',
    notes: [
      `kernels: ${binary} (${reason})`,
      `arithmetic: a multiply-add is rounded ${fused ? 'once (fused)' : 'twice (unfused)'}`,
    ],
  }
}

/** Is a multiply-add of this binary rounded once? A relaxed instruction may do either, as the hardware can. */
function isFused(module: WebAssembly.Module): boolean {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
  const { exports } = instantiate(module, memory)
  return (exports.isFused as () => number)() !== 0
}
