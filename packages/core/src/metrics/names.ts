import { lowerFirst } from '../config/keras.ts'

const SHORT: Readonly<Record<string, string>> = { AUC: 'auc', IoU: 'iou', KLDivergence: 'klDivergence' }

/** The function of `metrics` for a class: 'FalsePositives' → 'falsePositives', 'AUC' → 'auc'. */
export function metricName(className: string): string {
  return SHORT[className] ?? lowerFirst(className)
}
