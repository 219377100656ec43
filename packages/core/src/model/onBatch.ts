import { checkedLater, checkOptions } from '../config/options.ts'
import type { OnBatchOptions } from './options.ts'
import { oneWeighting } from './weighting.ts'

export function checkOnBatchOptions(options: OnBatchOptions): void {
  const checks = { sampleWeight: checkedLater, classWeight: checkedLater }
  const where = 'model.trainOnBatch'
  checkOptions({ where, options: checks, notYet: { returnDict: true } }, options)
  oneWeighting(where, options)
}
