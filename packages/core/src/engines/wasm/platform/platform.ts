/**
 * What the engine asks of Node or of the browser, in one place: `#engine/…` is the folder of the one that runs. Starting
 * threads is apart from the rest, since bundlers follow the threads' script from the file that names it.
 */
export interface Platform {
  /** Threads that can run at once. */
  readonly parallelism: number
  /** May memory be shared with other threads? Not on a page without cross-origin isolation. */
  readonly mayShare: boolean
  /** The bytes of one of our binaries. */
  read(url: URL): Promise<Uint8Array<ArrayBuffer>>
  /** In a started thread: what to do with messages, and how to answer. */
  receive(handler: (message: unknown) => void): void
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void
  /** Switches on what V8 has behind a flag, for the whole process; says whether this V8 has it. */
  enable(feature: 'relaxed-simd' | 'revectorization'): boolean
}

/** A started thread. It does not keep its process alive. */
export interface Thread {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void
  onMessage(handler: (message: unknown) => void): void
  /** Called once, when the thread has ended for whatever reason. */
  onEnd(handler: (reason: string) => void): void
  end(): void
}
