import { type Encoders, type Operands, word } from './operands.ts'

/** The descriptor `Update`: parameter, gradient and slots lie alike. */
export function update({ layout, pointer }: Operands, slots: readonly string[], nesterov = false): number[] {
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

/** The seed job's optimizer. */
export const adam: Encoders = {
  adam: { encode: (operands) => update(operands, ['m', 'v', 'vMax']) },
}
