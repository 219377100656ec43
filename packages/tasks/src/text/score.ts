import type { Model } from '@carousel/core'
import { likeliest } from '../report/classification.ts'
import { mostWrong, outcomeOf } from '../report/classifier.ts'
import { several } from '../report/format.ts'
import type { Outcome } from '../report/outcome.ts'
import { trainBagOfWords } from './bag-of-words.ts'
import type { TextData, TextSamples } from './load.ts'
import { probabilitiesOf } from './predict.ts'
import { preparationOf, preparer } from './preparation.ts'
import { tokensOf } from './tokens.ts'

const WORDS = {
  unit: ['text', 'texts'],
  right: 'put into the right class',
  advice: 'More texts help, or more epochs from the beginning.',
} as const

/** How a model does on the test part, beside the most frequent class and a bag of words learned from the training part. */
export async function score(model: Model, data: TextData, signal?: AbortSignal): Promise<Outcome> {
  const { test, classes } = data
  const outputs = await probabilitiesOf(model, test.texts.map(preparer(preparationOf(model))), signal)
  const answers = { classes, outputs, truth: test.labels }
  const outcome = outcomeOf(answers, baselinesOf(model, data), WORDS)
  return {
    ...outcome,
    warnings: [...outcome.warnings, ...repeatedTexts(data)],
    sections: [...outcome.sections, ...mostWrong(answers, 'text', (n) => excerpt(test.texts[n]))],
  }
}

/** What they answer. Without its training part, a bag of words cannot be learned; the most frequent class is in the file. */
function baselinesOf(model: Model, { train, test, classes }: TextData): Record<string, ArrayLike<number>> {
  const { classCounts } = preparationOf(model)
  const majority = new Int32Array(test.labels.length).fill(likeliest(classCounts, classCounts.length)[0])
  if (train.texts.length === 0) return { majority }
  const tokens = ({ texts }: TextSamples) => texts.map((text) => tokensOf(text, 'word'))
  const bag = trainBagOfWords(tokens(train), train.labels, classes.length)
  return { majority, bagOfWords: likeliest(bag.predict(tokens(test)), classes.length) }
}

/** A text that was learned from as well tells nothing of new ones. */
function repeatedTexts({ train, test }: TextData): string[] {
  const learned = new Set(train.texts)
  const repeated = test.texts.filter((text) => learned.has(text)).length
  if (repeated === 0) return []
  return [
    `${several(repeated, 'text')} to test on ${repeated > 1 ? 'stand' : 'stands'} word for word among those learned from: the figures flatter.`,
  ]
}

const excerpt = (text: string, most = 80): string => {
  const line = text.trim().replace(/\s+/g, ' ')
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}
