import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import type { Model } from '@carousel/core'
import { speech } from '@carousel/tasks'
import { describeError, Failure, UsageError } from '../errors.ts'
import { flagOf } from '../options.ts'
import { openConsole, printJson } from '../report/console.ts'
import { percent } from '../report/format.ts'
import type { PredictOptions } from './options.ts'

/** What a model hears in WAV files, or in a stream. */
export async function predictSpeech(
  model: Model,
  inputs: readonly string[],
  options: PredictOptions,
): Promise<void> {
  if (options.stream) {
    if (inputs.some((input) => input !== '-')) {
      throw new UsageError(
        `--stream: expected sound on standard input, received ${inputs.join(' ')}. Pipe it in, or leave --stream out.`,
      )
    }
    if (options.limit !== undefined) {
      throw new UsageError(
        '--limit: expected with files, received with --stream, which has no count. Leave it out.',
      )
    }
    await listen(model, options)
    return
  }
  for (const name of ['rate', 'pause', 'quietBelow'] as const) {
    if (options[name] === undefined) continue
    throw new UsageError(`${flagOf(name)}: expected together with --stream, received without.`)
  }
  const names = (inputs.length > 0 ? inputs : ['-']).slice(0, options.limit)
  if (names.includes('-') && process.stdin.isTTY) {
    throw new UsageError('expected WAV files, received none. Name some, or pipe one to standard input.')
  }
  let failed = 0
  for (const name of names) {
    try {
      tell(name, await speech.classifyWav(model, await bytesOf(name), shown(name)), options)
    } catch (error) {
      // One bad file does not keep the others from being heard.
      if (names.length === 1) throw error
      failed++
      const message = describeError(error)
      openConsole().note(`carousel: ${message}`)
      if (options.json) printJson({ input: shown(name), error: message })
    }
  }
  if (failed > 0) throw new Failure(`${failed} of ${names.length} inputs could not be read.`)
}

const shown = (name: string): string => (name === '-' ? 'stdin' : name)

async function bytesOf(name: string): Promise<Uint8Array> {
  if (name === '-') return buffer(process.stdin)
  return readFile(name).catch((cause: Error) => {
    throw new Failure(`${name}: expected a WAV file, received none (${cause.message}). Is the name right?`, {
      cause,
    })
  })
}

function tell(name: string, answer: speech.Answer, { json }: PredictOptions): void {
  const [best, ...others] = answer
  if (json) {
    const { label, probability } = best
    printJson({ input: shown(name), label, probability, top: answer.slice(0, 3) })
    return
  }
  const { print, style } = openConsole()
  print(`${shown(name).padEnd(24)}  ${words(best, others, style)}`)
}

function words(
  best: speech.Answer[number],
  others: speech.Answer,
  style: ReturnType<typeof openConsole>['style'],
): string {
  const rest = others.slice(0, 2).map(({ label, probability }) => `${label} ${percent(probability)}`)
  return `${style('bold', best.label)}  ${percent(best.probability).padStart(8)}   ${style('dim', rest.join('   '))}`
}

/** Says what is heard whenever that changes, and at each word's end. */
async function listen(
  model: Model,
  { rate, pause = 0.5, quietBelow = 60, json }: PredictOptions,
): Promise<void> {
  const { print, style } = openConsole()
  let before: string | undefined
  const hear = ({ seconds, answer, ended }: speech.Heard) => {
    const [best, ...others] = answer
    if (best.label === before && !ended) return
    before = ended ? undefined : best.label
    if (json) printJson({ event: ended ? 'word' : 'heard', seconds, ...best, top: answer.slice(0, 3) })
    else
      print(
        `${seconds.toFixed(2).padStart(8)} s  ${words(best, others, style)}${ended ? style('dim', '   end of word') : ''}`,
      )
  }
  let last: speech.Heard | undefined
  for await (const answers of speech.listenTo(model, process.stdin, { rate, pause, quiet: -quietBelow })) {
    for (const heard of answers) {
      hear(heard)
      last = heard
    }
  }
  if (!last) throw new Failure('stdin: expected sound, received none, or nothing but quiet.')
  if (!last.ended) hear({ ...last, ended: true })
}
