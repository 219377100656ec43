/** What files need of Node or of the browser, in one place. `#platform` is the one of the two that runs. */
export interface Platform {
  /** The bytes of a file (Node), or of what a URL names. */
  readBytes(from: string | URL): Promise<Uint8Array>
  /**
   * Writes a file so that it is old or new, never torn: into a temporary file beside it, flushed to the disk, renamed.
   * In a browser: not possible, throws.
   */
  writeAtomically(path: string | URL, bytes: Uint8Array): Promise<void>
  /** Throws now what writing this file would throw later: a folder that is missing or not writable. */
  checkWritable(path: string | URL): Promise<void>
  /** Writes at a file's end; makes the file, and its folder, where they are missing. */
  append(path: string | URL, bytes: Uint8Array): Promise<void>
  /** Makes the folder that this file is to lie in, and those above it. */
  makeFolderFor(path: string | URL): Promise<void>
  /** Bytes of a file; null where there is none. */
  sizeOf(path: string | URL): Promise<number | null>
  /** Removes a file, if it is there. */
  remove(path: string | URL): Promise<void>
}
