import { stat } from 'node:fs/promises'
import type { Model } from '@carousel/core'
import type { Command } from 'commander'
import { openModel } from '../model-file.ts'
import { jsonOption } from '../options.ts'
import { type Console, openConsole, printJson } from '../report/console.ts'
import { bytes, count, decimal, percent, several } from '../report/format.ts'
import { originOf } from '../tasks/mnist.ts'
import type { MnistProvenance, MnistSettings } from '../tasks/mnist-provenance.ts'
import { isPicturePreparation, preparationInWords } from '../tasks/picture.ts'

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
  section('Classes', `  ${model.labels?.join(' ') ?? 'the file names none'}`)
  section('Training', trainingText(model))
  const provenance = originOf(model)
  if (provenance) {
    section('Origin', originText(provenance))
    if (provenance.history.length > 0) section('History', historyText(provenance, console))
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

function preparationText({ preparation }: Model): string {
  if (preparation === null) return '  the file does not say how the input was prepared'
  const words = isPicturePreparation(preparation) ? preparationInWords : [JSON.stringify(preparation)]
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

function originText({ data, options, versions }: MnistProvenance): string {
  const facts = {
    data: `${data.name}${data.verified ? ', checksums as published' : ', not the published files'}`,
    pictures: `${count(data.trainSamples)} to train on, ${count(data.testSamples)} to test`,
    'SHA-256': data.sha256.map((sum) => sum.slice(0, 16)).join(' '),
    options: optionsAsTyped(options),
    'made by': Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  }
  return Object.entries(facts)
    .map(([name, value]) => `  ${name.padEnd(10)}  ${value}`)
    .join('\n')
}

/** As they would be typed: batchSize 32 → --batch-size 32 */
function optionsAsTyped(options: MnistSettings): string {
  return Object.entries(options)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${value}`)
    .join(' ')
}

function historyText({ history }: MnistProvenance, { style }: Console): string {
  const rows = history.map(({ epoch, loss, accuracy, valLoss, valAccuracy }) =>
    [
      String(epoch).padStart(7),
      decimal(loss).padStart(9),
      percent(accuracy).padStart(11),
      decimal(valLoss).padStart(11),
      percent(valAccuracy).padStart(15),
    ].join(''),
  )
  return [style('dim', '  epoch     loss   accuracy   val loss   val accuracy'), ...rows].join('\n')
}
