import { type Encoders, type Operands, word } from './operands.ts'

/** The descriptor `Update`: parameter, gradient and slots lie alike. */
function update({ layout, pointer }: Operands, slots: readonly string[], nesterov = false): number[] {
  const [slot0, slot1, slot2] = slots.map(pointer)
  return [
    layout('parameter').panelStride,
    pointer('parameter'),
    pointer('gradient'),
    slot0,
    slot1 ?? 0,
    slot2 ?? 0,
    pointer('hyper'),
    word(nesterov),
  ]
}

export const optimizers: Encoders = {
  sgd: { encode: (operands, { nesterov }) => update(operands, ['momentum'], nesterov === true) },
  rmsprop: { encode: (operands) => update(operands, ['velocity', 'momentum', 'average']) },
  adam: { encode: (operands) => update(operands, ['m', 'v', 'vMax']) },
}
