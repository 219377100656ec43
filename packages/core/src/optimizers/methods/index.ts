import type { CommonOptions } from '../define.ts'
import type { Composed, Definition } from '../definition.ts'
import { adadelta } from './adadelta.ts'
import { adagrad } from './adagrad.ts'
import { adamax } from './adamax.ts'
import { ftrl } from './ftrl.ts'
import { lion } from './lion.ts'
import { nadam } from './nadam.ts'
import { rmsprop } from './rmsprop.ts'
import { sgd } from './sgd.ts'

const DEFINITIONS: Readonly<Record<string, (options: never) => Composed | Definition>> = {
  ...{ Adadelta: adadelta, Adagrad: adagrad, Adamax: adamax, Ftrl: ftrl },
  ...{ Lion: lion, Nadam: nadam, RMSprop: rmsprop, SGD: sgd },
}

/** What is special about an optimizer of this class, Adam and AdamW aside. */
export function definitionOf(className: string, options: CommonOptions): Composed | Definition {
  return DEFINITIONS[className](options as never)
}
