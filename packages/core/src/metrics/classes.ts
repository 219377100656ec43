import * as metrics from './index.ts'
import type { Metric } from './metric.ts'

type MetricFunction = ((options: never) => Metric) & { readonly className: string }

/** Every metric by Keras's class: what files may name, and names that `compile` is given stand for. */
export const METRIC_CLASSES: ReadonlyMap<string, MetricFunction> = new Map(
  Object.values<MetricFunction>(metrics).map((make) => [make.className, make]),
)
