import { checkOptions, oneOf, show, text } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { isShape, type Shape } from './shape.ts'
import { SymbolicTensor } from './symbolic.ts'

export interface InputOptions {
  /** Of one sample, without the batch; null for a length that may differ. */
  shape?: Shape
  /** With the batch in front, where its size is fixed. Instead of `shape`. */
  batchShape?: Shape
  name?: string
  /** 'int32' for ids. Default: what the layers that take it need. */
  dtype?: 'float32' | 'int32'
}

/** Where samples enter a functional model. Keras: `Input`. */
export function input(options: InputOptions): SymbolicTensor {
  const where = 'input'
  checkOptions(
    {
      where,
      options: {
        shape: (shape) => (Array.isArray(shape) && shape.length === 0 ? null : isShape(shape)),
        batchShape: isShape,
        name: text,
        dtype: oneOf(['float32', 'int32']),
      },
      notYet: { sparse: false, ragged: false, optional: false },
    },
    options,
  )
  const { shape, batchShape, name = null, dtype = null } = options
  if ((shape === undefined) === (batchShape === undefined))
    throw new OptionError(
      `${where}: give either shape, without the batch, or batchShape; got ${show(options)}`,
    )
  return new SymbolicTensor(shape ?? (batchShape as Shape).slice(1), {
    kind: 'input',
    name,
    dtype,
    batchSize: batchShape?.[0] ?? null,
  })
}
