import { OptionError } from '../errors.ts'
import { camelKeys, isObject, type Json, type JsonObject, kerasObject } from './keras.ts'
import { show, suggest } from './options.ts'

/** One of a family of Keras's objects that is wholly told by its class and its options. */
export interface Member {
  /** Keras's class: 'L2'. */
  readonly className: string
  /** Keras's options, in Keras's spelling. */
  readonly config: JsonObject
}

export interface Family<T extends Member> {
  /** In messages: 'regularizer'; in the plural the names of our functions' room and of Keras's module. */
  readonly what: string
  /** By name. Keras's class is the same but for capitals. */
  readonly members: Readonly<Record<string, (options?: never) => T>>
  /** Other names that Keras has for them. */
  readonly others?: Readonly<Record<string, string>>
  /** Puts Keras's words among options into ours. */
  readonly read?: (options: Record<string, Json>) => Record<string, Json>
}

const plain = (name: string) => name.replaceAll('_', '').toLowerCase()

/** A member out of a name (ours or Keras's), one that was made, or Keras's JSON; null out of null or nothing. */
export function resolveMember<T extends Member>(family: Family<T>, like: unknown, where: string): T | null {
  const { what, members, others = {}, read = (options) => options } = family
  if (like === null || like === undefined) return null
  const given = (typeof like === 'string' ? { className: like, config: {} } : like) as Record<string, Json>
  const name = given.class_name ?? given.className
  const { config } = given
  if (typeof name !== 'string' || !isObject(config as Json)) throw notAMember(family, like, where)
  const known = Object.keys(members)
  const wanted = plain(Object.hasOwn(others, plain(name)) ? others[plain(name)] : name)
  const found = known.find((each) => plain(each) === wanted)
  // one that was made is made again, so that nothing unchecked comes in
  if (found) return members[found](read(camelKeys(config as JsonObject)) as never)
  throw new OptionError(`${where}: there is no ${what} '${name}'.${suggest(name, known)}`)
}

export function notAMember({ what }: { readonly what: string }, like: unknown, where: string): OptionError {
  const article = what.startsWith('i') ? 'an' : 'a'
  return new OptionError(
    `${where}: expected ${article} ${what}'s name, or one made by ${what}s.…(); got ${show(like)}`,
  )
}

export function serializeMember({ what }: Family<Member>, member: Member | null): Json {
  return member && kerasObject(`keras.${what}s`, member.className, member.config)
}
