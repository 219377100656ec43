import type { Command } from 'commander'
import { openModel, timeOf } from '../files/model.ts'
import { jsonOption, option, threadsOption, turboOptions, whole } from '../options.ts'
import { openConsole, printJson } from '../report/console.ts'

const examples = `
Examples:
  $ npx carousel explain mnist-lstm.safetensors
  $ npx carousel explain mnist-lstm.safetensors --batch-size 1000 --threads 1
  $ npx carousel explain mnist-lstm.safetensors --no-turbo
  $ npx carousel explain mnist-lstm.safetensors --json`

interface ExplainOptions {
  batchSize?: number
  threads?: number
  turbo?: boolean
  json?: boolean
}

export function addExplain(carousel: Command): void {
  const command = carousel
    .command('explain')
    .description('show how a model is computed: instructions, kernels and why, FLOPs, bytes')
    .argument('<model>', 'the file of a trained model')
    .addOption(option('--batch-size <n>', 'samples in a batch (default: 32)', whole(1, '--batch-size 32')))
    .addOption(threadsOption())
  for (const turbo of turboOptions()) command.addOption(turbo)
  command.addOption(jsonOption()).addHelpText('after', examples).action(run)
}

async function run(file: string, options: ExplainOptions): Promise<void> {
  const model = await openModel(file, options)
  const { text, ...explanation } = await model.explain({
    batchSize: options.batchSize ?? 32,
    ...timeOf(model),
  })
  if (options.json) printJson({ event: 'explanation', model: file, ...explanation })
  else openConsole().print(text)
}
