import { Command, CommanderError } from 'commander'
import { addCompare } from './commands/compare.ts'
import { addEvaluate } from './commands/evaluate.ts'
import { addExplain } from './commands/explain.ts'
import { addForecast } from './commands/forecast.ts'
import { addGenerate } from './commands/generate.ts'
import { addInspect } from './commands/inspect.ts'
import { addPredict } from './commands/predict.ts'
import { addTrain } from './commands/train.ts'
import { describeError, exitCodeOf } from './errors.ts'
import { Interrupted, watchOutputs } from './interrupts.ts'
import { note, printJson } from './report/console.ts'
import { version } from './version.ts'

const examples = `
Examples:
  $ npx carousel train mnist                               train the tutorial's model on MNIST
  $ npx carousel evaluate mnist-lstm.safetensors           measure it on the test set
  $ npx carousel predict mnist-lstm.safetensors digit.png  read a digit from a picture
  $ npx carousel generate book-lstm.safetensors            let a model of 'train chars' write
  $ npx carousel inspect mnist-lstm.safetensors            see what is in the file
  $ npx carousel explain mnist-lstm.safetensors            see how it is computed
  $ npx carousel compare a.safetensors b.safetensors       set models side by side

Every command has examples of its own: npx carousel train mnist --help`

function program(): Command {
  const carousel = new Command('carousel')
    .description('Trains, examines and uses LSTMs and their kin.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(add --help for the options, with examples)')
    .addHelpText('after', examples)
  addTrain(carousel)
  addEvaluate(carousel)
  addPredict(carousel)
  addGenerate(carousel)
  addForecast(carousel)
  addInspect(carousel)
  addCompare(carousel)
  addExplain(carousel)
  refuseTwice(carousel)
  return carousel
}

/** Two values for one option cannot both be meant. */
function refuseTwice(command: Command): void {
  command.commands.forEach(refuseTwice)
  for (const option of command.options.filter(({ required, variadic }) => required && !variadic)) {
    let given = false
    command.on(`option:${option.name()}`, () => {
      if (given) command.error(`error: option '${option.flags}' was given twice. Give it once.`)
      given = true
    })
  }
}

/** Runs a command line and sets the process's exit code: 0, 1 for failures, 2 for usage errors. */
export async function main(argv: readonly string[]): Promise<void> {
  watchOutputs()
  try {
    await program().parseAsync(argv)
  } catch (error) {
    process.exitCode = report(error, argv.includes('--json'))
  }
}

/** Says what went wrong, unless that was done already, and returns the exit code for it. */
function report(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) {
    // Commander has said it; help and version, asked for, are no errors.
    if (error.exitCode === 0) return 0
    if (json) printJson({ event: 'error', message: error.message.replace(/^error: /, '') })
    return 2
  }
  if (error instanceof Interrupted) return error.exitCode
  const message = describeError(error)
  note(`carousel: ${message}`)
  if (json) printJson({ event: 'error', message })
  return exitCodeOf(error)
}
