import type { Bytes } from '../tensor.ts'

/** A file known in advance: nothing else is accepted under its name. */
export interface RemoteFile {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

export interface Downloaded {
  bytes: Bytes
  url: string
  /** Why the file could not be put in the store: a full or read-only disk is no reason to do without it. */
  notKept?: string
}

/** How long to wait and how often to try. */
export interface Patience {
  /** To the first byte from any mirror. */
  firstByteMs: number
  /** From one byte to the next, once that came. */
  stallMs: number
  /** Tries for a file, over all mirrors together. */
  attempts: number
  /** Before the second try; doubled before each later one. */
  backoffMs: number
}

/** No mirror could be reached, or none sent the right bytes. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError'
}
