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
}

const plain = (name: string) => name.replaceAll('_', '').toLowerCase()

/** A member out of a name (ours or Keras's), one that was made, or Keras's JSON; null out of null or nothing. */
export function resolveMember<T extends Member>(
  { what, members }: Family<T>,
  like: unknown,
  where: string,
): T | null {
  if (like === null || like === undefined) return null
  const given = (typeof like === 'string' ? { className: like, config: {} } : like) as Record<string, Json>
  const name = given.class_name ?? given.className
  const { config } = given
  if (typeof name !== 'string' || !isObject(config as Json))
    throw new OptionError(
      `${where}: expected a ${what}'s name, or one made by ${what}s.…(); got ${show(like)}`,
    )
  const known = Object.keys(members)
  const found = known.find((each) => plain(each) === plain(name))
  // one that was made is made again, so that nothing unchecked comes in
  if (found) return members[found](camelKeys(config as JsonObject) as never)
  throw new OptionError(`${where}: there is no ${what} '${name}'.${suggest(name, known)}`)
}

export function serializeMember({ what }: Family<Member>, member: Member | null): Json {
  return member && kerasObject(`keras.${what}s`, member.className, member.config)
}
