import { unpackTar } from 'modern-tar'
import { TaskError } from './errors.ts'
import { type DataFile, heldFile, isHidden } from './files.ts'

/** Does this file's name say that it is a tar archive? */
export const isArchive = ({ name }: DataFile): boolean => /\.(tar|tar\.gz|tgz)$/i.test(name)

/** The files in a tar archive, gzipped or not, as if it had been unpacked: without hidden ones, sorted by name. */
export async function unpack(archive: DataFile): Promise<DataFile[]> {
  const isPacked = /gz$/i.test(archive.name)
  const tar = streamOf(archive)
  const entries = await unpackTar(isPacked ? tar.pipeThrough(new DecompressionStream('gzip')) : tar, {
    strict: true,
  }).catch((cause: Error) => {
    throw new TaskError(
      `${archive.name}: expected a tar archive${isPacked ? ' packed by gzip' : ''}, received one that is damaged or cut off ` +
        `(${cause.message}). Fetch it again, or unpack it and name the folder.`,
      { cause },
    )
  })
  return entries
    .flatMap(({ header, data }) =>
      data ? [heldFile(header.name.replace(/^\.\//, ''), async () => data)] : [],
    )
    .filter(({ name }) => !isHidden(name))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** Not every runtime makes a stream of an iterable. */
function streamOf(file: DataFile): ReadableStream<Uint8Array<ArrayBuffer>> {
  const pieces = file.stream()[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(Uint8Array.from(value))
    },
    async cancel() {
      await pieces.return?.()
    },
  })
}
