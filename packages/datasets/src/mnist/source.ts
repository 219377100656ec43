/** Where the digits came from, as plain JSON for reports and saved models. */
export interface MnistSource {
  kind: 'directory' | 'cache' | 'download' | 'embedded'
  /** 'mnist-embedded' is a sixth of the set: its figures do not compare with the full set's. */
  name: 'mnist' | 'mnist-embedded'
  /** A path, a URL or a package. */
  location: string
  /** Whether every checksum is a published one. */
  verified: boolean
  files: SourceFile[]
  /** One sentence for people. */
  description: string
  /** What was tried before and why it did not serve, and what went wrong on the side. */
  notes: string[]
}

export interface SourceFile {
  /** A path, a URL or a package. */
  location: string
  /** Whether it is the file as published, gzipped or unpacked. */
  published: boolean
  /** Of the bytes as found, gzipped or not. */
  sha256: string
  /** Where the bytes are the published .gz, of which it is known; Web Crypto has no MD5. */
  md5?: string
}

/** What every source delivers: pixels 0..255 [N, 28, 28] and labels 0..9 [N], for both parts. */
export interface RawMnist {
  train: RawPart
  test: RawPart
  source: MnistSource
}

export interface RawPart {
  images: Uint8Array
  labels: Uint8Array
}
