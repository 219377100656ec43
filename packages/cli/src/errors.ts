import { CarouselError } from '@carousel/core'
import { DatasetError } from '@carousel/datasets'

/** What the user typed cannot be meant: exit code 2. Every other error is a failure: exit code 1. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Something that could not be known to fail, failed. */
export class Failure extends Error {
  override readonly name = 'Failure'
}

export const exitCodeOf = (error: unknown): number => (error instanceof UsageError ? 2 : 1)

/** An error in words: its message where that is meant for people, the stack where it is a fault of the program. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isOurs = [UsageError, Failure, CarouselError, DatasetError].some((kind) => error instanceof kind)
  if (isOurs) return error.message
  // What the operating system refuses has a code such as EACCES.
  if (!('syscall' in error && 'code' in error)) return `unexpected: ${error.stack ?? error.message}`
  if (!('path' in error)) return error.message
  return `${error.path}: expected a file or folder that can be used, received a refusal (${error.message}). Is it the right one, and are you allowed to?`
}
