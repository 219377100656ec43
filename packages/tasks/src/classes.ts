/** Names of classes: their order, and how a model answers in them. */

import { TaskError } from './errors.ts'

/**
 * The classes that some labels name, each once, in the order of a model's outputs: by value where all are numbers, else as
 * names, in which whole numbers count by value. The same on every machine, as `Intl.Collator` is not.
 *
 * @param name of the data, for the error
 * @throws TaskError for control characters: names are shown in terminals and kept in a model's file, which takes none, and
 *   that is better told before a training than after it
 */
export function inOrder(labels: Iterable<string>, name: string): string[] {
  const classes = [...new Set(labels)]
  const refused = classes.find((label) => /\p{Cc}/u.test(label))
  if (refused !== undefined) {
    throw new TaskError(
      `${name}: expected names of classes without line breaks and other control characters, received ${JSON.stringify(refused)}. Is it the right column or folder? Write it otherwise.`,
    )
  }
  const areNumbers = classes.every((label) => label.trim() !== '' && Number.isFinite(Number(label)))
  return classes.sort((one, other) => (areNumbers && Number(one) - Number(other)) || compareNames(one, other))
}

/** track 9 before track 10: words, at even places, by code unit, and the digits between them by value. */
function compareNames(one: string, other: string): number {
  const [parts, others] = [one, other].map((name) => name.split(/(\d+)/))
  const at = parts.findIndex((part, index) => part !== others[index])
  // one that goes on where the other ends comes after it
  if (at < 0 || others[at] === undefined) return parts.length - others.length
  const difference = at % 2 === 1 ? Number(parts[at]) - Number(others[at]) : 0
  return difference || (parts[at] < others[at] ? -1 : 1)
}

/** 'neg, pos', of very many the first. */
export const listed = (classes: readonly string[], most = 12): string =>
  `${classes.slice(0, most).join(', ')}${classes.length > most ? ', …' : ''}`

/** Every class with its probability, the likeliest first. */
export type Ranked = readonly { label: string; probability: number }[]

/**
 * Of probabilities in the order of the model's labels; of equal ones the first in that order is first.
 *
 * @throws TaskError where one is not finite
 */
export function ranked(labels: readonly string[], probabilities: ArrayLike<number>): Ranked {
  const answer = labels.map((label, index) => ({ label, probability: probabilities[index] }))
  const broken = answer.find(({ probability }) => !Number.isFinite(probability))
  if (broken) {
    throw new TaskError(`expected finite outputs, received ${broken.probability}. The model is damaged.`)
  }
  return answer.sort((one, other) => other.probability - one.probability)
}
