import { TaskError } from './errors.ts'

/**
 * Names of classes are shown in terminals and kept in a model's file, which takes no control characters: better told
 * before a training than after it.
 *
 * @param name of the data, for the error
 */
export function refuseControl(labels: readonly string[], name: string): void {
  const found = labels.find((label) => /\p{Cc}/u.test(label))
  if (found === undefined) return
  throw new TaskError(
    `${name}: expected names of classes without line breaks and other control characters, received ${JSON.stringify(found)}. Is it the right column or folder? Write it otherwise.`,
  )
}
