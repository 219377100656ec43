import { DataError } from '@carousel/core'

/** What was expected, what came, and what to do about it. */
export interface Complaint {
  expected: string
  received: string
  fix: string
}

/** Data that cannot be used: damaged, foreign, missing or inconsistent. */
export class DatasetError extends DataError {
  override readonly name = 'DatasetError'
  /** What the complaint is about: a file, a URL, an option. */
  readonly subject: string
  readonly expected: string
  readonly received: string
  readonly fix: string

  constructor(subject: string, { expected, received, fix }: Complaint, options?: ErrorOptions) {
    super(`${subject}: expected ${expected}, received ${received}. ${fix}`, options)
    this.subject = subject
    this.expected = expected
    this.received = received
    this.fix = fix
  }
}

/** A failure in one line. Sockets' errors may have a code only; several at once are listed. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : ` (${reasonOf(error.cause)})`
  return `${error.message || ('code' in error && String(error.code)) || error.name}${cause}`
}
