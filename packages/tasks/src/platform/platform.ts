import type { DataFile } from '../files.ts'

/** What Node and browsers do differently. */
export interface Platform {
  /** The file of that path, or all files in the folder of that path and below it, sorted by name. */
  openFiles(path: string): Promise<DataFile[]>
  /** A checksum that is fed piece by piece. */
  sha256(): Checksum
}

export interface Checksum {
  update(bytes: Uint8Array): void
  /** In hexadecimal. */
  digest(): Promise<string>
}
