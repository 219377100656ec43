import { expect, it } from 'vitest'
import { LAYER_CLASSES } from '../layers/classes.ts'
import { checkLayer } from './checkLayer.ts'
import { LAYER_CASES } from './layerCases.ts'

it('every class of layer is checked', () => {
  expect(Object.keys(LAYER_CASES).toSorted()).toEqual([...LAYER_CLASSES.keys()].toSorted())
})

for (const [className, cases] of Object.entries(LAYER_CASES))
  for (const testCase of cases) checkLayer(className, testCase)
