import { constants } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { mnist } from '@carousel/tasks'
import { Failure, UsageError } from '../errors.ts'
import { bytes as sizeOf } from '../report/format.ts'
import { isIdx, readIdxPictures } from './idx.ts'
import { readJsonSamples } from './json.ts'
import { isPng, readPng } from './png.ts'
import type { Sample } from './sample.ts'

/** What a model reads. */
export interface Wanted extends mnist.PictureOptions {
  /** Of one sample. */
  shape: readonly number[]
  /** Whether samples are pictures prepared as MNIST's. */
  pictures: boolean
}

/** The samples in a file, or on standard input where the file is '-': PNG, IDX (gzipped or not) or JSON. */
export async function readSamples(file: string, wanted: Wanted): Promise<Sample[]> {
  const source = file === '-' ? 'stdin' : file
  const bytes = await (file === '-' ? buffer(process.stdin) : readInput(file))
  if (bytes.length === 0)
    throw new Failure(`${source}: expected a PNG picture, an IDX file or JSON, received nothing.`)
  if (isPng(bytes)) return [{ source, ...fromPicture(readPng(bytes, source), wanted, source) }]
  if (isIdx(bytes)) {
    const pictures = await readIdxPictures(Uint8Array.from(bytes), source)
    return pictures.map((picture, index) => ({ source, index, ...fromPicture(picture, wanted, source) }))
  }
  // Some editors begin a text with a byte order mark.
  const text = textOf(bytes, source).replace(/^\uFEFF/, '')
  if (text.trimStart()[0] !== '[') {
    throw new Failure(
      `${source}: expected a PNG picture, an IDX file (gzipped or not) or nested arrays in JSON, received something else. ` +
        'Convert it, for example to PNG.',
    )
  }
  if (wanted.invert !== undefined) {
    throw new UsageError(
      `${source}: expected pictures with --invert and --no-invert, received numbers in JSON, which are read as they are. Leave the option out.`,
    )
  }
  const samples = readJsonSamples(text, wanted.shape, source)
  const { values, notes } = wanted.pictures ? fromBytes(samples, source) : { values: samples, notes: [] }
  return values.map((sample, index) => ({ source, index, values: sample, notes }))
}

/** JavaScript's texts have a longest length. */
export function textOf(bytes: Buffer, source: string): string {
  if (bytes.length <= constants.MAX_STRING_LENGTH) return bytes.toString('utf8')
  throw new Failure(
    `${source}: expected at most ${sizeOf(constants.MAX_STRING_LENGTH)} of JSON, received ${sizeOf(bytes.length)}. ` +
      'Give it in parts, or as an IDX file.',
  )
}

async function readInput(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    const reason = error instanceof Error ? error.message : error
    throw new Failure(`${file}: expected a file to read, received none (${reason}). Is the name right?`)
  }
}

function fromPicture(
  picture: mnist.Picture,
  wanted: Wanted,
  source: string,
): Pick<Sample, 'values' | 'notes'> {
  if (!wanted.pictures) {
    throw new Failure(
      `${source}: expected samples of the shape [${wanted.shape.join(', ')}] in JSON, received a picture, ` +
        'which this model does not read.',
    )
  }
  const { pixels, notes } = mnist.preparePicture(picture, wanted)
  return { values: pixels, notes }
}

/** Pixels in JSON are numbers 0..1 as the model reads them; bytes, as others write them, are brought to that. */
function fromBytes(samples: Float32Array[], source: string): { values: Float32Array[]; notes: string[] } {
  const isAbove = samples.some((sample) => sample.some((value) => value > 1))
  if (samples.some((sample) => sample.some((value) => value < 0 || value > 255))) {
    throw new Failure(
      `${source}: expected pixels from 0 (dark) to 1 (light), or bytes from 0 to 255, received others.`,
    )
  }
  if (!isAbove) return { values: samples, notes: [] }
  return {
    values: samples.map((sample) => sample.map((value) => value / 255)),
    notes: ['bytes: divided by 255'],
  }
}
