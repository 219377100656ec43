import { stat } from 'node:fs/promises'
import type { Model } from '@carousel/core'
import { mnist, type Provenance, type Settings } from '@carousel/tasks'
import type { Command } from 'commander'
import { openModel } from '../files/model.ts'
import { flagOf, jsonOption } from '../options.ts'
import { madeBy } from '../recipes/index.ts'
import { type Console, openConsole, printJson } from '../report/console.ts'
import { epochHead, epochWords, figuresIn } from '../report/epochs.ts'
import { bytes, count, several, wrap } from '../report/format.ts'
import { measuredTable } from '../report/outcome.ts'

const examples = `
Examples:
  $ npx carousel inspect mnist-lstm.safetensors
  $ npx carousel inspect mnist-lstm.safetensors --json`

export function addInspect(carousel: Command): void {
  carousel
    .command('inspect')
    .description(
      'show what is in a model file: layers, shapes, parameters, where it comes from, how it trained',
    )
    .argument('<model>', 'the file of a trained model')
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(run)
}

async function run(file: string, { json }: { json?: boolean }): Promise<void> {
  const model = await openModel(file, { threads: 1, turbo: false })
  const { size } = await stat(file)
  const weightsSha256 = await model.weightsSha256()
  if (json) {
    printJson({ event: 'inspection', model: file, bytes: size, weightsSha256, ...contents(model) })
    return
  }
  const console = openConsole()
  const section = (title: string, text: string) => console.print(`\n${console.style('bold', title)}\n${text}`)
  console.print(`${console.style('bold', file)}  ${bytes(size)}, weights' SHA-256 ${weightsSha256}`)
  section('Layers', model.summary())
  section('Input', preparationText(model))
  const made = madeBy(model)
  // a task without classes needs no word of them
  if (model.labels || !made) section('Classes', `  ${model.labels?.join(' ') ?? 'the file names none'}`)
  section('Training', trainingText(model))
  if (made) {
    const { origin, recipe } = made
    section('Origin', originText(origin, recipe.task.unit))
    if (origin.history.length > 0) section('History', historyText(origin, console))
    if (origin.measured) section('Measured', measuredTable(origin.measured, console))
  } else if (model.provenance !== null) {
    section('Origin', JSON.stringify(model.provenance, null, 2).replace(/^/gm, '  '))
  }
}

function contents(model: Model) {
  return {
    inputShape: model.inputShape,
    outputShape: model.outputShape,
    parameters: model.countParams(),
    weights: model.weightNames,
    labels: model.labels,
    preparation: model.preparation,
    position: model.position,
    arithmetic: model.loadedArithmetic,
    provenance: model.provenance,
    config: model.getConfig(),
  }
}

function preparationText(model: Model): string {
  const { preparation } = model
  const made = madeBy(model)
  if (preparation === null) return '  the file does not say how the input was prepared'
  if (made)
    return made.recipe.task
      .preparationInWords(model)
      .map((line) => `  ${line}`)
      .join('\n')
  const words = mnist.isPicturePreparation(preparation)
    ? mnist.preparationInWords
    : [JSON.stringify(preparation)]
  return words.map((line) => `  ${line}`).join('\n')
}

function trainingText({ position, loadedArithmetic }: Model): string {
  if (!position) return '  not trained yet'
  const { epoch, batch } = position
  const epochs = several(epoch, 'epoch')
  const stands = batch > 0 ? `${epochs} and ${several(batch, 'batch', 'batches')}` : epochs
  const arithmetic = {
    fused: 'rounded once (fused)',
    unfused: 'rounded twice',
    float64: 'in double precision',
  }
  return [
    `  stands at   ${stands} done`,
    `  arithmetic  ${loadedArithmetic ? `multiply-add ${arithmetic[loadedArithmetic]}` : 'not recorded'}`,
  ].join('\n')
}

function originText(
  { task, data, options, versions }: Provenance,
  [, many]: readonly [string, string],
): string {
  const facts = {
    data: `${data.name}${verifiedWords(task, data.verified)}`,
    [many]: `${count(data.trainSamples)} to train on, ${count(data.testSamples)} to test`,
    'SHA-256': data.sha256.map((sum) => sum.slice(0, 16)).join(' '),
    options: optionsAsTyped(options),
    'made by': Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  }
  return Object.entries(facts)
    .flatMap(([name, value]) =>
      wrap(value, 100).map(
        (line, n) => `  ${(n === 0 ? name : '').padEnd(10)}  ${line.replaceAll(TOGETHER, ' ')}`,
      ),
    )
    .join('\n')
}

/** Of files that were ever published, whether these are they. */
const verifiedWords = (task: string, verified: boolean): string => {
  if (verified) return ', checksums as published'
  return task === 'mnist' ? ', not the published files' : ''
}

/** A space at which no line is broken. */
const TOGETHER = '\u00a0'

/** augment false → --no-augment */
const switchOf = (name: string, value: boolean): string =>
  value ? flagOf(name) : flagOf(name).replace('--', '--no-')

/** As they would be typed: batchSize 32 → --batch-size 32 */
function optionsAsTyped(options: Settings): string {
  return Object.entries(options)
    .filter(([, value]) => value !== null && String(value) !== '')
    .map(([name, value]) =>
      typeof value === 'boolean' ? switchOf(name, value) : `${flagOf(name)}${TOGETHER}${value}`,
    )
    .join(' ')
}

function historyText({ history }: Provenance, { style }: Console): string {
  const figures = figuresIn(history)
  const rows = history.map((record) => epochWords(record, figures, String(record.epoch)))
  return [style('dim', epochHead(figures)), ...rows].join('\n')
}
