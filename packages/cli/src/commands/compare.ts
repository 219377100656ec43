import type { Command } from 'commander'
import { jsonOption, turboOptions } from '../options.ts'
import { showComparison } from '../report/comparison.ts'
import { compareModels } from '../training/comparison.ts'

const examples = `
Examples:
  $ npx carousel compare mnist-lstm.safetensors mnist-gru.safetensors
  $ npx carousel compare *.safetensors --json

Figures are those measured after training, which the files hold. Predictions a second are measured now: one sample after
the other, on one thread.`

export function addCompare(carousel: Command): void {
  const command = carousel
    .command('compare')
    .description('set trained models side by side: figures, parameters, time to train, speed')
    .argument('<models...>', 'the files of trained models')
  for (const turbo of turboOptions()) command.addOption(turbo)
  command.addOption(jsonOption()).addHelpText('after', examples).action(run)
}

async function run(files: readonly string[], options: { turbo?: boolean; json?: boolean }): Promise<void> {
  showComparison(await compareModels(files, options), options)
}
