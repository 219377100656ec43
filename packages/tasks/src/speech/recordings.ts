import { isArchive, unpack } from '../archive.ts'
import { listed } from '../classes.ts'
import { TaskError } from '../errors.ts'
import { checksumOf, type DataFile } from '../files.ts'
import { several } from '../report/format.ts'
import { isSilent, readWav, type Sound } from './wav.ts'

/** A recording, and what its name tells of it. */
export interface Recording {
  name: string
  /** Its class. */
  label: string
  /** Who speaks, where the name says. */
  speaker: string | null
  /** Its number among those of this speaker and class, where the name says. */
  index: number | null
  sound: Sound
}

export interface Recordings {
  recordings: readonly Recording[]
  /** Of the names and bytes of what was read. */
  sha256: string
  /** What was guessed, and what was left out. */
  notes: readonly string[]
}

/**
 * Recordings of words, each of its own rate: WAV files in a folder per class, or named class_speaker_index.wav, or a tar
 * archive of either.
 *
 * @param known classes of a model that these are for
 * @throws TaskError that names what cannot be used
 */
export async function readRecordings(
  files: readonly DataFile[],
  known: readonly string[] = [],
): Promise<Recordings> {
  const unpacked = (await Promise.all(files.map((file) => (isArchive(file) ? unpack(file) : [file])))).flat()
  const sounds = unpacked.filter(({ name }) => isSound(name))
  if (sounds.length === 0) {
    throw new TaskError(
      `expected a folder with WAV files, or a tar archive of one, received ${unpacked.length === 0 ? 'nothing' : `${several(unpacked.length, 'file')}, none of them *.wav`}. ` +
        LAYOUTS,
    )
  }
  const trimmed = withoutCommonFolder(sounds, known)
  const { words, describe } = layoutOf(trimmed)
  const heard = await readAll(trimmed)
  const others = unpacked.filter(({ name }) => !isSound(name)).map(({ name }) => name)
  return {
    recordings: heard.map((sound, n) => ({
      name: trimmed[n].name,
      ...describe(composed(trimmed[n].name)),
      sound,
    })),
    sha256: await checksumOf(trimmed),
    notes: [
      words,
      ...(others.length > 0
        ? [`${several(others.length, 'file')} other than *.wav left out: ${listed(others, 3)}.`]
        : []),
    ],
  }
}

/** One class, though its é be written as one character here and as two there, as some systems write names of folders. */
const composed = (name: string): string => name.normalize('NFC')

const isSound = (name: string): boolean => /\.wav$/i.test(name)

const LAYOUTS =
  'Put the recordings of each class into a folder that is named after it (yes/1.wav, no/1.wav), ' +
  'or name them class_speaker_index.wav (7_anna_0.wav).'

type Described = Pick<Recording, 'label' | 'speaker' | 'index'>

/** What names mean: where there are folders, they are the classes; else the names tell. */
function layoutOf(files: readonly DataFile[]): { words: string; describe: (name: string) => Described } {
  const isInFolder = ({ name }: DataFile) => name.includes('/')
  if (files.every(isInFolder)) {
    return { words: 'Classes by the names of folders.', describe: byFolder }
  }
  const stray = files.find((file) => (files.some(isInFolder) ? !isInFolder(file) : !NAMED.test(file.name)))
  if (stray) {
    throw new TaskError(
      `${stray.name}: expected recordings in a folder per class, or named class_speaker_index.wav, received a name that tells no class. ${LAYOUTS}`,
    )
  }
  return { words: 'Classes and speakers by the names of files: class_speaker_index.wav.', describe: byName }
}

/** 7_anna_0.wav, but not 0a7c2a8d_nohash_0.wav, which tells no class. */
const NAMED = /^(?<label>.+)_(?!nohash_)(?<speaker>[^_]+)_(?<index>\d+)\.wav$/i

function byName(name: string): Described {
  const { label, speaker, index } = NAMED.exec(name)?.groups ?? {}
  return { label, speaker, index: Number(index) }
}

/** Speech Commands' names tell the speaker: 0a7c2a8d_nohash_0.wav. */
function byFolder(name: string): Described {
  const speaker = /([^/]+)_nohash_\d+\.wav$/i.exec(name)?.[1] ?? null
  return { label: name.split('/')[0], speaker, index: null }
}

/**
 * recordings/7_anna_0.wav → 7_anna_0.wav, where all lie in that folder, and names tell classes without it. One that is
 * named after a class that is known tells it, whatever the files' names look like.
 */
function withoutCommonFolder(files: readonly DataFile[], known: readonly string[]): DataFile[] {
  const [first] = files[0].name.split('/')
  if (known.includes(composed(first)) || !files.every(({ name }) => name.startsWith(`${first}/`)))
    return [...files]
  const within = files.map((file) => ({
    name: file.name.slice(first.length + 1),
    bytes: () => file.bytes(),
    stream: () => file.stream(),
  }))
  const tell = within.some(({ name }) => name.includes('/') || NAMED.test(name))
  return tell ? withoutCommonFolder(within, known) : [...files]
}

/** Reads all, so that what is wrong with several is told at once. */
async function readAll(files: readonly DataFile[]): Promise<Sound[]> {
  const heard: Sound[] = []
  const complaints: string[] = []
  for (const file of files) {
    try {
      heard.push(heardIn(await file.bytes(), file.name))
    } catch (error) {
      if (!(error instanceof TaskError)) throw error
      complaints.push(error.message)
    }
  }
  if (complaints.length === 0) return heard
  const more = complaints.length - 3
  throw new TaskError(
    [
      ...complaints.slice(0, 3),
      ...(more > 0 ? [`${several(more, 'more file')} like these.`] : []),
      ...(complaints.length > 1 ? ['Mend these files, or take them out.'] : []),
    ].join('\n'),
  )
}

/** The sound of a WAV file, which must not be silence. */
export function heardIn(bytes: Uint8Array, name: string): Sound {
  const sound = readWav(bytes, name)
  if (!isSilent(sound)) return sound
  const seconds = sound.samples.length / sound.rate
  throw new TaskError(
    `${name}: expected speech, received ${seconds.toFixed(2)} s of silence. Was the microphone on? Record it again.`,
  )
}
