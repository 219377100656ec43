import { checkLayer } from './checkLayer.ts'
import { LAYER_CASES } from './layerCases.ts'

for (const [className, cases] of Object.entries(LAYER_CASES))
  for (const testCase of cases) checkLayer(className, testCase)
