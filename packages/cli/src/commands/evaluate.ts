import { mnist } from '@carousel/datasets'
import type { Command } from 'commander'
import { differenceOf, loadAgain } from '../data.ts'
import { Failure } from '../errors.ts'
import { openModel } from '../model-file.ts'
import { dataOption, jsonOption, threadsOption, turboOptions } from '../options.ts'
import { confusionTable } from '../report/confusion.ts'
import { openConsole, printJson } from '../report/console.ts'
import { count, decimal, percent } from '../report/format.ts'
import { originOf, scoreMnist } from '../tasks/mnist.ts'

const examples = `
Examples:
  $ npx carousel evaluate mnist-lstm.safetensors              on the test pictures of the data it was trained on
  $ npx carousel evaluate mnist-lstm.safetensors --data DIR   on the test pictures in that folder
  $ npx carousel evaluate mnist-lstm.safetensors --json`

interface EvaluateOptions {
  data?: string
  threads?: number
  turbo?: boolean
  json?: boolean
}

export function addEvaluate(carousel: Command): void {
  const command = carousel
    .command('evaluate')
    .description('measure a model on the test pictures: accuracy, loss, confusion matrix')
    .argument('<model>', 'the file of a trained model')
    .addOption(dataOption())
    .addOption(threadsOption())
  for (const turbo of turboOptions()) command.addOption(turbo)
  command.addOption(jsonOption()).addHelpText('after', examples).action(run)
}

async function run(file: string, options: EvaluateOptions): Promise<void> {
  const model = await openModel(file, options)
  const recorded = originOf(model)
  const wanted = { data: options.data, limit: 1 } // Of the training pictures none is needed.
  const data = recorded ? await loadAgain(recorded.data, file, wanted) : await mnist.load(wanted)
  const { loss } = await model.evaluate(data.test.x, data.test.y, { batchSize: 250 })
  if (!Number.isFinite(loss)) {
    throw new Failure(`${file}: expected a finite loss, received ${loss}. The model's weights are damaged.`)
  }
  const { accuracy, samples, confusion } = await scoreMnist(model, data.test)

  const console = openConsole()
  const difference = recorded && differenceOf(recorded.data, data)
  if (difference !== undefined) console.note(`Other data than in training: ${difference}.`)
  const { name, description } = data.source
  if (options.json) {
    printJson({ event: 'evaluation', model: file, data: name, samples, accuracy, loss, confusion })
    return
  }
  const { print, style } = console
  print(`${style('bold', file)} on the ${count(samples)} test pictures of ${name}`)
  print(`  ${style('dim', description)}`)
  print()
  print(`  accuracy  ${style('bold', percent(accuracy))}`)
  print(`  loss      ${decimal(loss)}`)
  print()
  print(
    confusionTable(
      confusion,
      confusion.map((_, digit) => String(digit)),
      console,
    ),
  )
}
