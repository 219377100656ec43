import type { Bytes } from '../tensor.ts'

/** All that differs between Node (node.ts) and browsers (browser.ts); `#platform` picks. */
export interface Platform {
  /** The folder with the user's data sets that the environment names (CAROUSEL_DATA). */
  dataFolder(): string | undefined
  /** The file's bytes, or undefined where there is no such file. */
  readFile(folder: string, name: string): Promise<Bytes | undefined>
  joinPath(folder: string, name: string): string
  /** The store of one data set: below `root`, or where the user's system keeps caches. */
  openStore(dataset: string, root?: string): Store | undefined
  /** One GET. Nothing of it may outlive its signal: no socket, no timer, no look-up of a name. */
  request(url: string, options: RequestOptions): Promise<Reply>
  /** Unpacks gzip; rejects where it is damaged, cut or unpacks to more than `maxBytes`. */
  gunzip(bytes: Bytes, maxBytes: number): Promise<Bytes>
}

/** Files kept from one run to the next. */
export interface Store {
  readonly location: string
  /** The file's bytes, or undefined where it is not kept or cannot be read. */
  read(name: string): Promise<Bytes | undefined>
  /** Whole or not at all: a reader sees the old file or the new one, never a part. */
  write(name: string, bytes: Bytes): Promise<void>
  /** Does nothing where there is no such file. */
  remove(name: string): Promise<void>
}

export interface RequestOptions {
  /** Ask for the bytes from here on, … */
  from?: number
  /** … up to and including this one. */
  to?: number
  signal: AbortSignal
}

export interface Reply {
  status: number
  /** A header, or undefined where it is absent (or hidden from scripts by a browser). */
  header(name: string): string | undefined
  body: AsyncIterable<Uint8Array>
}

/** The value of a Range header. */
export function rangeOf({ from, to }: RequestOptions): string | undefined {
  return from === undefined ? undefined : `bytes=${from}-${to ?? ''}`
}
