import { TaskError } from './errors.ts'

/** Whether `TextDecoder` knows an encoding by this name. */
export function isEncoding(name: string): boolean {
  try {
    return new TextDecoder(name).encoding !== ''
  } catch {
    return false
  }
}

/**
 * A text out of bytes; a byte order mark is no part of it.
 *
 * @param name of the file, for errors
 * @param encoding as `TextDecoder` names it: utf-8, latin1, utf-16le, gb18030, shift_jis, …
 * @throws TaskError where the bytes are in another encoding, with the line of the first that is not in this one
 */
export function decode(bytes: Uint8Array, name: string, encoding = 'utf-8'): string {
  const decoder = new TextDecoder(encoding, { fatal: true })
  if (decoder.encoding === 'utf-8') refuseUtf16(bytes, name)
  try {
    const text = decoder.decode(bytes)
    return decoder.encoding === 'windows-1252' ? text.replace(/[\x80-\x9f]/g, ofWindows) : text
  } catch (cause) {
    throw new TaskError(
      `${name}: expected text in ${decoder.encoding.toUpperCase()}, received other bytes${placeOf(bytes, decoder.encoding)}. ` +
        'Say in what encoding it is, for example --encoding latin1 (Western European) or gb18030 (Chinese), or convert it to UTF-8.',
      { cause },
    )
  }
}

/** Text with a mark of UTF-16 at its start is no UTF-8, though its bytes might be. */
function refuseUtf16(bytes: Uint8Array, name: string): void {
  const found = bytes[0] === 0xff && bytes[1] === 0xfe ? 'le' : bytes[0] === 0xfe && bytes[1] === 0xff && 'be'
  if (!found) return
  throw new TaskError(
    `${name}: expected text in UTF-8, received UTF-16. Say so, --encoding utf-16${found}, or convert it to UTF-8.`,
  )
}

/** Of UTF-8, where a line's end is a byte of its own: the line of the first byte that is not in it. */
function placeOf(bytes: Uint8Array, encoding: string): string {
  if (encoding !== 'utf-8') return ''
  const decoder = new TextDecoder(encoding, { fatal: true })
  for (let line = 1, start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(10, start)
    const piece = bytes.subarray(start, end < 0 ? bytes.length : end)
    try {
      decoder.decode(piece)
    } catch {
      return ` in line ${line}`
    }
    start += piece.length + 1
  }
  return ''
}

/** Some versions of Node read windows-1252 (of which latin1 is another name) as ISO 8859-1, without these. */
const windows = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'
const ofWindows = (character: string): string => windows[character.charCodeAt(0) - 0x80]
