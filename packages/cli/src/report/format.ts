/** Numbers and times as people read them. */

import { format } from '@carousel/tasks'

export const { count, percent, decimal, several } = format

/** 5.9 s, 1:03 min, 2:05:00 h */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return `${Math.floor(whole / 60)}:${two(whole % 60)} min`
  return `${clock(whole)} h`
}

/** Time left, without tenths: 0:07, 12:31, 1:02:03 */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** 18,874,368 → 18.0 MB */
export function bytes(value: number): string {
  if (value < 1024) return `${value} B`
  if (value < 1024 ** 2) return `${(value / 1024).toFixed(1)} KB`
  return `${(value / 1024 ** 2).toFixed(1)} MB`
}

/** Breaks a text at spaces, so that its lines fit into a width (a longer word has a line of its own). */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.length - 1
    if (last >= 0 && lines[last].length + 1 + word.length <= width) lines[last] += ` ${word}`
    else lines.push(word)
  }
  return lines
}

/** A file's name as a word of a command line: quoted where a shell would split it, and never taken for an option. */
export function shellWord(file: string): string {
  const word = file.startsWith('-') ? `./${file}` : file
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** What a file or a stranger wrote, safe to show: a terminal obeys control characters. Colours may stay. */
export const printable = (text: string): string =>
  text.replace(/\p{Cc}\[[\d;]*m|(?!\n)\p{Cc}/gu, (found) => (found.length > 1 ? found : escaped(found)))

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** The length of the longest of them. */
export const longest = (texts: Iterable<string>): number => {
  let most = 0
  for (const { length } of texts) most = Math.max(most, length)
  return most
}

const two = (value: number): string => String(value).padStart(2, '0')
