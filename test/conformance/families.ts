// The functions of a family by Keras's class, whatever the case of their letters: 'SimpleRNN' is `layers.simpleRNN`.

import * as carousel from '@carousel/core'

type Family = 'layers' | 'losses' | 'metrics' | 'optimizers' | 'regularizers' | 'constraints' | 'schedules'

export function has(family: Family, className: string): boolean {
  return find(family, className) !== undefined
}

/** Makes one of a family out of its options. */
export function make<T>(family: Family, className: string, options: object = {}): T {
  const found = find(family, className)
  if (!found) throw new Error(`there is no ${className} among ${family}`)
  return found(options) as T
}

/** The same without the options that this version says it does not support yet. */
export function makeWithout<T>(
  family: Family,
  className: string,
  options: object,
): { made: T; options: object } {
  try {
    return { made: make<T>(family, className, options), options }
  } catch (error) {
    const [, name] = /option '(\w+)' is not supported yet/.exec(String(error)) ?? []
    if (!name) throw error
    const { [name as never]: _, ...rest } = options
    return makeWithout(family, className, rest)
  }
}

function find(family: Family, className: string): ((options: object) => unknown) | undefined {
  const members = (
    carousel as unknown as Record<Family, Record<string, (options: object) => unknown> | undefined>
  )[family]
  const wanted = className.replaceAll('_', '').toLowerCase()
  return Object.entries(members ?? {}).find(([name]) => name.toLowerCase() === wanted)?.[1]
}
