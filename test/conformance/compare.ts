import { expect } from 'vitest'
import type { Answer, JsonTensor } from './keras.ts'
import { record } from './record.ts'

/**
 * How far numbers may be from Keras's, relative to the largest number of the same tensor. Keras's own float32 is off
 * by up to 6e-7 before training and 3e-6 after 20 steps (test/golden/README.md).
 */
export interface Limits {
  readonly forward: number
  readonly gradients: number
  readonly training: number
}

/** For an engine that computes in float32. */
export const FLOAT32: Limits = { forward: 1e-6, gradients: 3e-6, training: 1e-5 }
/** For one that computes in float64 and hands its numbers over as float32s: half a unit of those is 6e-8. */
export const FLOAT64: Limits = { forward: 2e-7, gradients: 2e-7, training: 2e-7 }

/** Expects every part that both answers have to be equal within the limits, and the second to have all of the first. */
export function expectNear(keras: Answer, ours: Answer, limits: Limits) {
  expect(ours.weightNames).toEqual(keras.weightNames)
  near('outputs', keras.outputs, ours.outputs, limits.forward)
  nearFigures('evaluation', keras.evaluation, ours.evaluation, limits.forward)
  nearList('loss', [keras.gradients?.loss ?? 0], [ours.gradients?.loss ?? 0], limits.forward)
  nearTensors('gradient', keras.gradients?.weights, ours.gradients?.weights, limits.gradients)
  nearList('losses', keras.training?.losses ?? [], ours.training?.losses ?? [], limits.training)
  for (const [name, epochs] of Object.entries(keras.training?.history ?? {})) {
    nearList(name, epochs, ours.training?.history[name] ?? [], limits.training)
  }
  nearTensors('trained', keras.training?.weights, ours.training?.weights, limits.training)
}

type Tensors = Record<string, JsonTensor>

function nearTensors(what: string, expected: Tensors = {}, actual: Tensors = {}, limit: number) {
  expect(Object.keys(actual)).toEqual(Object.keys(expected))
  for (const name of Object.keys(expected)) near(`${what} ${name}`, expected[name], actual[name], limit)
}

function nearFigures(
  what: string,
  expected: Record<string, number> = {},
  actual: Record<string, number> = {},
  limit: number,
) {
  for (const [name, figure] of Object.entries(expected))
    nearList(`${what} ${name}`, [figure], [actual[name]], limit)
}

function near(what: string, expected: JsonTensor | undefined, actual: JsonTensor | undefined, limit: number) {
  expect(actual?.shape, what).toEqual(expected?.shape)
  nearList(what, expected?.data ?? [], actual?.data ?? [], limit)
}

function nearList(what: string, expected: number[], actual: number[], limit: number) {
  expect(actual.length, what).toBe(expected.length)
  const error = deviation(expected, actual)
  expect(error, `${what}, relative to its largest number`).toBeLessThanOrEqual(limit)
  const { testPath = '', currentTestName = '' } = expect.getState()
  record({ file: testPath.replace(/^.*\/test\/dist\//, 'test/'), test: currentTestName }, error)
}

/** Gradients may vanish altogether; a tensor of nothing larger than this is compared as if its largest were this. */
const VANISHED = 1e-10

/** The largest difference over the largest expected number; NaN where one is missing. */
export function deviation(
  expected: readonly number[],
  actual: readonly number[],
  least: number = VANISHED,
): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), least)
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i])), 0) / largest
}
