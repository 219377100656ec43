import { text } from 'node:stream/consumers'
import { chars, drawSeed } from '@carousel/tasks'
import type { Command } from 'commander'
import { UsageError } from '../errors.ts'
import { openModel } from '../files/model.ts'
import { interruptible } from '../interrupts.ts'
import { jsonOption, notNegative, option, part, turboOptions, whole } from '../options.ts'
import { madeBy } from '../recipes/index.ts'
import { note, printJson } from '../report/console.ts'
import { printable } from '../report/format.ts'

const examples = `
Examples:
  $ npx carousel generate shakespeare-lstm.safetensors
  $ npx carousel generate shakespeare-lstm.safetensors --prompt 'ROMEO:' --length 1000
  $ npx carousel generate shakespeare-lstm.safetensors --temperature 0.5     likelier characters; 0: the likeliest
  $ npx carousel generate shakespeare-lstm.safetensors --top-k 10 --top-p 0.9 --seed 7
  $ npx carousel generate shakespeare-lstm.safetensors --prompt - < begin.txt

The text comes as it is written; Ctrl-C ends it. The same seed gives the same text.`

interface Options {
  prompt?: string
  length: number
  temperature: number
  topK?: number
  topP?: number
  seed?: number
  turbo?: boolean
  json?: boolean
}

export function addGenerate(carousel: Command): void {
  const command = carousel
    .command('generate')
    .description("let a model write, character by character: one of 'train chars'")
    .argument('<model>', 'the file of a trained model')
    .option('--prompt <text>', 'what the text begins with; - for standard input')
    .addOption(
      option('--length <n>', 'characters to write beyond the prompt', whole(1, '--length 500')).default(500),
    )
    .addOption(
      option(
        '--temperature <x>',
        'below 1 likelier characters, above 1 rarer ones; 0: always the likeliest',
        notNegative('--temperature 0.8'),
      ).default(0.8),
    )
    .addOption(option('--top-k <n>', 'only among the n likeliest', whole(1, '--top-k 10')))
    .addOption(
      option(
        '--top-p <x>',
        'only among the likeliest that together have this probability',
        part('--top-p 0.9'),
      ),
    )
    .addOption(
      option(
        '--seed <n>',
        'the same seed writes the same (default: drawn, and told)',
        whole(0, '--seed 1', 2 ** 32 - 1),
      ),
    )
  for (const turbo of turboOptions()) command.addOption(turbo)
  command.addOption(jsonOption()).addHelpText('after', examples).action(run)
}

async function run(
  file: string,
  { prompt: given = '', length, seed = drawSeed(), json, turbo, ...sampling }: Options,
): Promise<void> {
  const model = await openModel(file, { threads: 1, turbo })
  const task = madeBy(model)?.recipe.task.name
  if (task !== 'chars') {
    throw new UsageError(
      `${file}: expected a model of 'carousel train chars', received ${task ? `one of 'train ${task}'` : 'one of another origin'}. Train one: npx carousel train chars FILE.txt`,
    )
  }
  const prompt = given === '-' ? (await text(process.stdin)).replace(/\n$/, '') : given
  const tell = json ? tellJson : tellText
  await interruptible(
    async (signal) => {
      let written = ''
      let began: number | undefined
      try {
        for await (const piece of chars.generate(model, { prompt, length, seed, signal, ...sampling })) {
          if (began === undefined) {
            tell.begin({ model: file, prompt, length, seed, ...sampling })
            began = performance.now()
          }
          written += piece
          tell.piece(piece)
        }
      } finally {
        if (began !== undefined) {
          const elapsed = performance.now() - began
          tell.end({ text: written, microseconds: (elapsed * 1000) / Array.from(written).length, seed })
        }
      }
    },
    () => {},
  )
}

/** How a text is told as it comes: for people, or for programs. */
interface Teller {
  begin(facts: { prompt: string; [name: string]: unknown }): void
  piece(text: string): void
  end(facts: Facts): void
}

interface Facts {
  text: string
  /** For one character, its way to the terminal included. */
  microseconds: number
  seed: number
}

const tellText: Teller = {
  begin: ({ prompt }) => write(prompt),
  piece: write,
  end({ microseconds, seed }) {
    process.stdout.write('\n')
    note(`(${Math.round(microseconds)} µs a character, seed ${seed})`)
  },
}

const tellJson: Teller = {
  begin: (facts) => printJson({ event: 'start', ...facts }),
  piece: (text) => printJson({ event: 'text', text }),
  end: ({ text, microseconds }) => printJson({ event: 'end', text, microsecondsPerCharacter: microseconds }),
}

/** As it is into a file; a terminal obeys control characters, of which it gets only ends of lines and tabs. */
function write(text: string): void {
  const { stdout } = process
  stdout.write(stdout.isTTY ? text.split('\t').map(printable).join('\t') : text)
}
