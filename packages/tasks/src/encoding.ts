import { TaskError } from './errors.ts'

/** Whether `TextDecoder` knows an encoding by this name. */
export function isEncoding(name: string): boolean {
  try {
    return new TextDecoder(name).encoding !== ''
  } catch {
    return false
  }
}

/** One that refuses what is not in that encoding. */
function decoderOf(encoding: string): TextDecoder {
  if (isEncoding(encoding)) return new TextDecoder(encoding, { fatal: true })
  throw new TaskError(
    `encoding: expected one that is known, such as utf-8, latin1, utf-16le, gb18030 or shift_jis, received '${encoding}'. Correct its name, or leave it out for UTF-8.`,
  )
}

/**
 * A text out of bytes; a byte order mark is no part of it.
 *
 * @param name of the file, for errors
 * @param encoding as `TextDecoder` names it: utf-8, latin1, utf-16le, gb18030, shift_jis, …
 * @throws TaskError for an encoding that is not known, where the bytes are in another one, with the line of the first that
 *   is not in this one, and for more text than a string holds
 */
export function decode(bytes: Uint8Array, name: string, encoding = 'utf-8'): string {
  const decoder = decoderOf(encoding)
  if (decoder.encoding === 'utf-8') refuseUtf16(bytes, name)
  // Node 20 aborts where it decodes more of it than a string holds
  if (decoder.encoding === 'windows-1252' && bytes.length > LONGEST) throw tooLarge(name)
  try {
    return textOf(decoder, decoder.decode(bytes))
  } catch (cause) {
    if (isTooLarge(cause, bytes, decoder.encoding)) throw tooLarge(name, cause)
    refusePacked(bytes, name, cause)
    throw wrongEncoding(name, decoder.encoding, lineOf(bytes, decoder.encoding), cause)
  }
}

/** Characters that a string of V8 holds. */
const LONGEST = 0x1fffffe8

/**
 * Whether bytes could not be decoded for their number. `fatal` throws a `TypeError` for what is in another encoding; but
 * Node throws one for anything where the encoding is not UTF-8.
 */
const isTooLarge = (cause: unknown, bytes: Uint8Array, encoding: string): boolean =>
  !(cause instanceof TypeError) || (encoding !== 'utf-8' && bytes.length > LONGEST)

const tooLarge = (name: string, cause?: unknown) =>
  new TaskError(
    `${name}: expected a text that can be held at once, of less than ${(LONGEST + 1).toLocaleString('en')} characters, received a larger one. Divide it into several files.`,
    { cause },
  )

/** The same of bytes that come in pieces: a text in pieces. */
export async function* decodePieces(
  pieces: AsyncIterable<Uint8Array>,
  name: string,
  encoding = 'utf-8',
): AsyncGenerator<string> {
  const decoder = decoderOf(encoding)
  /** Lines that ended before this piece. */
  let lines = 0
  let beginning: Uint8Array = new Uint8Array()
  for await (const bytes of pieces) {
    if (beginning.length === 0) beginning = bytes.slice(0, 4)
    if (lines === 0 && decoder.encoding === 'utf-8') refuseUtf16(bytes, name)
    yield read(bytes, () => decoder.decode(bytes, { stream: true }))
    lines += ends(bytes)
  }
  yield read(new Uint8Array(), () => decoder.decode())

  function read(bytes: Uint8Array, decoded: () => string): string {
    try {
      return textOf(decoder, decoded())
    } catch (cause) {
      if (isTooLarge(cause, bytes, decoder.encoding)) throw tooLarge(name, cause)
      refusePacked(beginning, name, cause)
      const within = lineOf(withoutTail(bytes), decoder.encoding)
      throw wrongEncoding(name, decoder.encoding, lines + (within || 1), cause)
    }
  }
}

/** How many lines end in it. */
function ends(bytes: Uint8Array): number {
  let count = 0
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++
  return count
}

/** Without the rest of a character that began in the piece before. */
function withoutTail(bytes: Uint8Array): Uint8Array {
  const begin = bytes.findIndex((byte) => byte >> 6 !== 0b10)
  return bytes.subarray(Math.max(0, Math.min(begin, 3)))
}

/**
 * Text with a mark of UTF-16 at its start is no UTF-8, though its bytes might be; nor is such as has zeros in every
 * other place, as Western letters have in UTF-16.
 */
function refuseUtf16(bytes: Uint8Array, name: string): void {
  const marked =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'le' : bytes[0] === 0xfe && bytes[1] === 0xff && 'be'
  const found = marked || halfZero(bytes.subarray(0, 1000))
  if (!found) return
  refusePacked(bytes, name)
  throw new TaskError(
    `${name}: expected text in UTF-8, received UTF-16. Say so, --encoding utf-16${found}, or convert it to UTF-8.`,
  )
}

/** Of what is no text, files that hold one are told by their first bytes. */
function refusePacked(bytes: Uint8Array, name: string, cause?: unknown): void {
  const begins = (...first: number[]) => first.every((byte, at) => bytes[at] === byte)
  const received = begins(0x1f, 0x8b)
    ? 'a file packed by gzip. Unpack it first, with gunzip.'
    : begins(0x50, 0x4b, 3, 4) && 'a zip file. Unpack it first; save a workbook of Excel as CSV.'
  if (received) throw new TaskError(`${name}: expected text, received ${received}`, { cause })
}

function halfZero(bytes: Uint8Array): 'le' | 'be' | undefined {
  const zeros = [0, 0]
  bytes.forEach((byte, at) => {
    if (byte === 0) zeros[at % 2]++
  })
  const many = bytes.length / 4
  return zeros[1] > many ? 'le' : zeros[0] > many ? 'be' : undefined
}

/** Of UTF-8, where a line's end is a byte of its own: the line of the first byte that is not in it; otherwise 0. */
function lineOf(bytes: Uint8Array, encoding: string): number {
  if (encoding !== 'utf-8') return 0
  const decoder = new TextDecoder(encoding, { fatal: true })
  for (let line = 1, start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(10, start)
    const piece = bytes.subarray(start, end < 0 ? bytes.length : end)
    try {
      decoder.decode(piece)
    } catch {
      return line
    }
    start += piece.length + 1
  }
  return 0
}

function wrongEncoding(name: string, encoding: string, line: number, cause: unknown): TaskError {
  const place = encoding === 'utf-8' && line > 0 ? ` in line ${line}` : ''
  return new TaskError(
    `${name}: expected text in ${encoding.toUpperCase()}, received other bytes${place}. ` +
      'Say in what encoding it is, for example --encoding latin1 (Western European), gb18030 (Chinese) or utf-16le, or convert it to UTF-8.',
    { cause },
  )
}

const textOf = ({ encoding }: TextDecoder, decoded: string): string =>
  encoding === 'windows-1252' ? decoded.replace(/[\x80-\x9f]/g, ofWindows) : decoded

/** Some versions of Node read windows-1252 (of which latin1 is another name) as ISO 8859-1, without these. */
const WINDOWS = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'
const ofWindows = (character: string): string => WINDOWS[character.charCodeAt(0) - 0x80]
