import { platform } from '#platform'
import { DatasetError } from '../error.ts'
import { decode, type FoundFile } from './decode.ts'
import { type MnistFile, mnistFiles, unpackedName } from './files.ts'
import type { RawMnist } from './source.ts'

/**
 * MNIST's four files, gzipped or not, from the folder itself or from a folder `mnist` in it. `option` is
 * how the folder was named: who names one wants its data and no other, so missing files are an error.
 */
export async function fromDirectory(folder: string, option: string): Promise<RawMnist> {
  const lacking: string[] = []
  const candidates = [folder, platform.joinPath(folder, 'mnist')]
  for (const candidate of candidates) {
    const found = await Promise.all(mnistFiles.map((file) => readEither(candidate, file)))
    const present = found.filter((file) => file !== undefined)
    if (present.length === mnistFiles.length) return decode(present, 'directory', candidate, [])
    const missing = mnistFiles.filter((_, index) => found[index] === undefined)
    lacking.push(`${candidate} without ${missing.map(unpackedName).join(', ')}`)
  }
  throw new DatasetError(option, {
    expected: `${mnistFiles.map(unpackedName).join(', ')} (each plain or .gz) in ${candidates.join(' or in ')}`,
    received: lacking.join(' and '),
    fix: `Put the files there, name another folder, or leave ${option} out to have them fetched.`,
  })
}

async function readEither(folder: string, file: MnistFile): Promise<FoundFile | undefined> {
  for (const name of [unpackedName(file), file.name]) {
    const bytes = await platform.readFile(folder, name)
    if (bytes !== undefined) return { file, bytes, location: platform.joinPath(folder, name) }
  }
  return undefined
}
