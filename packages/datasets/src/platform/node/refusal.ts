import { join } from 'node:path'
import { DatasetError, reasonOf } from '../../error.ts'

/** In plain words, by the system's code. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'one that may not be read (permission denied)',
  EPERM: 'one that may not be read (permission denied)',
  EISDIR: 'a folder',
}

/** What comes of a file that could not be read: nothing where there is none, an error in words else. */
export function refusal(error: unknown, folder: string, name: string): undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT') return undefined
  if (code === 'ENOTDIR') {
    const fix = 'Name the folder that the data lie in.'
    throw new DatasetError(folder, { expected: 'a folder', received: 'a file', fix }, { cause: error })
  }
  throw new DatasetError(
    join(folder, name),
    {
      expected: 'a file to read',
      received: reasons[code] ?? reasonOf(error),
      fix: 'Mend that, or name another folder.',
    },
    { cause: error },
  )
}
