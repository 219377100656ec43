import { gzipSync } from 'node:zlib'
import { packTar } from 'modern-tar'
import { describe, expect, test } from 'vitest'
import { readRecordings } from './recordings.ts'
import { dataFile, wav, word, words } from './testing.ts'

const read = readRecordings
const some = wav([word('up', 1)])
const archived = async (name: string, prefix: string) => {
  const entries = await Promise.all(
    words(2).map(async (file) => {
      const data = new Uint8Array(await file.bytes())
      return { header: { name: `${prefix}${file.name}`, size: data.length }, body: data }
    }),
  )
  return dataFile(name, gzipSync(await packTar(entries)))
}

describe('layouts', () => {
  test('one class alone is named after its folder, as far above as that lies', async () => {
    const { recordings } = await read([dataFile('words/yes/1.wav', some), dataFile('words/yes/2.wav', some)])
    expect(recordings.map(({ label }) => label)).toEqual(['yes', 'yes'])
  })

  test('classes that look the same are the same, however their characters are composed', async () => {
    const [one, other] = ['café'.normalize('NFC'), 'café'.normalize('NFD')]
    const { recordings } = await read([dataFile(`${one}/1.wav`, some), dataFile(`${other}/2.wav`, some)])
    expect(recordings.map(({ label }) => label)).toEqual([one, one])
    const known = await read([dataFile(`${other}/a_b_1.wav`, some)], [one])
    expect(known.recordings.map(({ label }) => label)).toEqual([one])
  })

  test("Speech Commands' names tell no class, their folder does, also where it is the only one", async () => {
    const files = ['0a', '0b'].map((speaker) => dataFile(`new/yes/${speaker}_nohash_0.wav`, some))
    const { recordings } = await read(files)
    expect(recordings.map(({ label, speaker, index }) => [label, speaker, index])).toEqual([
      ['yes', '0a', null],
      ['yes', '0b', null],
    ])
    const bare = dataFile('0a_nohash_0.wav', some)
    await expect(read([bare])).rejects.toThrow(/0a_nohash_0\.wav: .* received a name that tells no class/)
  })

  test('a folder that is named after a class that is known tells it, whatever names look like', async () => {
    const files = ['take_one_1', 'take_two_2'].map((name) => dataFile(`new/yes/${name}.wav`, some))
    const labelsOf = async (known: string[]) =>
      (await read(files, known)).recordings.map(({ label }) => label)
    expect(await labelsOf(['no', 'yes'])).toEqual(['yes', 'yes'])
    expect(await labelsOf(['no'])).toEqual(['take', 'take'])
  })

  test('class_speaker_index.wav, in a folder or not', async () => {
    const files = words(2)
    const { recordings, notes, sha256 } = await read(files)
    expect(recordings.map(({ label, speaker, index }) => `${label} ${speaker} ${index}`)).toContain(
      'down bob 1',
    )
    expect(notes).toEqual(['Classes and speakers by the names of files: class_speaker_index.wav.'])
    const inFolder = await read(files.map((file) => ({ ...file, name: `recordings/${file.name}` })))
    expect(inFolder.recordings).toEqual(recordings)
    expect(inFolder.sha256).toBe(sha256)
  })

  test('a .tar.gz is what is in it', async () => {
    const plain = await read(words(2))
    const packed = await read([await archived('words.tar.gz', 'recordings/')])
    expect(packed.recordings.map(({ name }) => name).sort()).toEqual(
      plain.recordings.map(({ name }) => name).sort(),
    )
  })

  test('a folder per class, whatever files are called', async () => {
    const files = ['yes/a_b_1.wav', 'yes/2.WAV', 'no/0a7c_nohash_0.wav', 'no/README.md'].map((name) =>
      dataFile(`set/${name}`, some),
    )
    const { recordings, notes } = await read(files)
    expect(recordings.map(({ label, speaker }) => [label, speaker])).toEqual([
      ['yes', null],
      ['yes', null],
      ['no', '0a7c'],
    ])
    expect(notes).toEqual([
      'Classes by the names of folders.',
      '1 file other than *.wav left out: set/no/README.md.',
    ])
  })
})

describe('refuses', () => {
  const whole = words(1)
  test.each([
    ['an empty folder', [], /expected a folder with WAV files.*received nothing/],
    [
      'other files',
      [dataFile('a.txt', some)],
      /received 1 file, none of them \*\.wav.*class_speaker_index\.wav/,
    ],
    [
      'names that tell nothing',
      [...whole, dataFile('hello.wav', some)],
      /hello\.wav: expected recordings in a folder per class/,
    ],
    ['a file beside folders', [dataFile('a/1.wav', some), dataFile('2.wav', some)], /2\.wav: expected/],
    [
      'a file that is cut off',
      [...whole, dataFile('up_x_0.wav', some.subarray(0, 999))],
      /up_x_0\.wav: .*cut off/,
    ],
    [
      'silence',
      [...whole, dataFile('up_x_0.wav', wav([new Float32Array(800)]))],
      /up_x_0\.wav: expected speech, received 0\.10 s of silence/,
    ],
  ])('%s', async (_, files, message) => {
    await expect(read(files)).rejects.toThrow(message)
  })

  test('several at once, and tells of all', async () => {
    const bad = Array.from({ length: 6 }, (_, n) => dataFile(`up_x_${n}.wav`, new Uint8Array(n)))
    const error: Error = (await read([...whole, ...bad]).catch((cause: Error) => cause)) as Error
    expect(error.message).toMatch(
      /up_x_0.*\n.*up_x_1.*\n.*up_x_2.*\n3 more files like these\.\nMend these files/,
    )
  })

  test('an archive that is cut off', async () => {
    const archive = await archived('words.tar.gz', '')
    const bytes = await archive.bytes()
    const cut = dataFile('words.tar.gz', bytes.subarray(0, bytes.length >> 1))
    await expect(read([cut])).rejects.toThrow(
      /words\.tar\.gz: expected a tar archive packed by gzip, received one that is damaged/,
    )
    const other = dataFile('words.tar.gz', new TextEncoder().encode('no archive'))
    await expect(read([other])).rejects.toThrow(/damaged or cut off/)
  })
})
