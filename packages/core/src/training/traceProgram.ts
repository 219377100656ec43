import { type Inspected, watchRecurrent } from '../inspect/recurrent.ts'
import type { Network } from '../network/network.ts'
import { Builder } from '../program/builder.ts'
import { differentiate } from '../program/differentiate.ts'
import type { Program } from '../program/program.ts'
import type { Objective } from './objectives.ts'
import { emitForward, emitObjectives, predictionName, seedsOf, type Variant } from './programs.ts'

/** x → predictions and, of objectives, loss and gradients, and what happens inside recurrent layers meanwhile. */
export function traceProgram(
  network: Network,
  objectives: readonly Objective[],
  variant: Variant,
): { program: Program; watched: readonly Inspected[] } {
  const builder = new Builder('trace')
  const forward = emitForward(builder, network, variant, false)
  for (const [index, { name }] of network.outputs.entries())
    builder.output(predictionName(network, name), forward.outputs[index])
  const seeds = seedsOf(builder, emitObjectives(builder, objectives, forward, variant))
  const parameters = network.parameters.map(({ name, type }) => builder.parameter(name, type))
  differentiate(builder, seeds, parameters)
  const watched = watchRecurrent(builder)
  return { program: builder.finish(), watched }
}
