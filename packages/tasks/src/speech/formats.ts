/** Files that are sometimes taken for sound, by the characters they begin with. */
const BEGINNINGS: Readonly<Record<string, string>> = {
  ID3: 'an MP3 file',
  OggS: 'an Ogg file',
  fLaC: 'a FLAC file',
  FORM: 'an AIFF file',
  RF64: 'a WAV file of more than 4 GB (RF64)',
  '\x1a\x45\xdf\xa3': 'a WebM file',
  '\x1f\x8b': 'a file packed by gzip',
  'PK\x03\x04': 'a zip file',
}

/** So many bytes of a beginning tell. */
export const TELLING = 64

/** What bytes are by their beginning; undefined where that tells nothing. */
export function formatOf(bytes: Uint8Array): string | undefined {
  const beginning = bytes.subarray(0, TELLING)
  const known = Object.keys(BEGINNINGS).find((word) => textAt(bytes, 0, word.length) === word)
  if (known !== undefined) return BEGINNINGS[known]
  if (textAt(bytes, 4, 4) === 'ftyp') return 'an MP4 file'
  // a frame of layer III, of MPEG-1 or MPEG-2
  if (bytes[0] === 0xff && [0xfa, 0xfb, 0xf2, 0xf3].includes(bytes[1])) return 'an MP3 file'
  return beginning.length === TELLING && beginning.every(isTyped) ? 'text' : undefined
}

/** A printable character of ASCII, a tab or an end of a line. */
const isTyped = (byte: number): boolean => (byte >= 32 && byte < 127) || [9, 10, 13].includes(byte)

export const isWav = (bytes: Uint8Array): boolean =>
  textAt(bytes, 0, 4) === 'RIFF' && textAt(bytes, 8, 4) === 'WAVE'

/** Bytes as characters of Latin 1. */
export const textAt = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length))
