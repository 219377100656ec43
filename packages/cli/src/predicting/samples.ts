import type { Model } from '@carousel/core'
import { mnist, type Ranked, ranked } from '@carousel/tasks'
import { describeError, Failure, UsageError } from '../errors.ts'
import { sampleShape } from '../files/model.ts'
import { readSamples, type Wanted } from '../input/read.ts'
import { nameOf, type Sample } from '../input/sample.ts'
import { type Console, openConsole, printJson } from '../report/console.ts'
import { percent } from '../report/format.ts'
import type { PredictOptions } from './options.ts'

/** Reads numbers or pictures, whichever the model was trained on. */
export async function predictSamples(
  model: Model,
  inputs: readonly string[],
  options: PredictOptions,
  file: string,
): Promise<void> {
  const sources = inputs.length > 0 ? inputs : ['-']
  if (sources.includes('-') && process.stdin.isTTY) {
    throw new UsageError(
      'expected pictures to read, received none. Name some, or pipe JSON to standard input.',
    )
  }
  const console = openConsole()
  const tell = options.json ? tellJson(model) : tellLine(model, console)
  const wanted = wantedBy(model, options)
  if (wanted.assumed) {
    console.note(`${file} does not say how its input was prepared: taken for pictures as MNIST's.`)
  }

  let [left, failed] = [options.limit ?? Number.POSITIVE_INFINITY, 0]
  for (const source of sources) {
    if (left === 0) break
    try {
      const samples = (await readSamples(source, wanted)).slice(0, left)
      left -= samples.length
      await predict(model, samples, tell)
    } catch (error) {
      // One bad picture does not keep the others from being read.
      if (sources.length === 1) throw error
      failed++
      const message = describeError(error)
      console.note(`carousel: ${message}`)
      if (options.json) printJson({ input: source, error: message })
    }
  }
  if (failed > 0) throw new Failure(`${failed} of ${sources.length} inputs could not be read.`)
}

/** What the model reads, by its file; where that does not say, 28 × 28 numbers are taken for a picture. */
function wantedBy(model: Model, { invert }: PredictOptions): Wanted & { assumed: boolean } {
  const shape = sampleShape(model)
  const prepared = mnist.isPicturePreparation(model.preparation)
  const assumed = model.preparation === null && String(shape) === '28,28'
  return { shape, pictures: prepared || assumed, assumed, invert }
}

type Tell = (sample: Sample, output: Float32Array) => void

async function predict(model: Model, samples: readonly Sample[], tell: Tell): Promise<void> {
  if (samples.length === 0) return
  const size = samples[0].values.length
  const data = new Float32Array(samples.length * size)
  for (const [index, { values }] of samples.entries()) data.set(values, index * size)
  const outputs = await model.predict(
    { shape: [samples.length, ...sampleShape(model)], data },
    { batchSize: 250 },
  )
  const width = outputs.data.length / samples.length
  for (const [index, sample] of samples.entries()) {
    const output = Float32Array.from(outputs.data.subarray(index * width, (index + 1) * width))
    if (!output.every(Number.isFinite)) {
      throw new Failure(
        `${nameOf(sample)}: expected finite outputs, received NaN or infinity. The model is damaged.`,
      )
    }
    tell(sample, output)
  }
}

/** The likeliest classes, if the outputs are classes. */
function guesses(model: Model, output: Float32Array, most = 3): Ranked | undefined {
  const sum = output.reduce((total, value) => total + value, 0)
  const isDistribution = output.length > 1 && output.every((value) => value >= 0) && Math.abs(sum - 1) < 1e-3
  if (!isDistribution) return undefined
  const labels = Array.from(output, (_, index) => model.labels?.[index] ?? String(index))
  return ranked(labels, output).slice(0, most)
}

function tellJson(model: Model): Tell {
  return (sample, output) => {
    const top = guesses(model, output)
    const { source, index, notes } = sample
    printJson({
      input: source,
      ...(index !== undefined && { index }),
      ...(top
        ? { label: top[0].label, probability: top[0].probability, top }
        : { output: Array.from(output) }),
      ...(notes.length > 0 && { notes }),
    })
  }
}

function tellLine(model: Model, { print, style }: Console): Tell {
  return (sample, output) => {
    const [best, ...others] = guesses(model, output) ?? []
    const name = nameOf(sample).padEnd(24)
    if (best) {
      const rest = others.map(({ label, probability }) => `${label} ${percent(probability)}`).join('   ')
      const sure = percent(best.probability).padStart(8)
      print(`${name}  ${style('bold', best.label)}  ${sure}   ${style('dim', rest)}`)
    } else {
      print(`${name}  ${Array.from(output, (value) => value.toPrecision(6)).join('  ')}`)
    }
    if (sample.notes.length > 0) print(`  ${style('dim', sample.notes.join('; '))}`)
  }
}
