import { COMPLETED } from '../engines/engine.ts'
import { NonFiniteError } from '../errors.ts'
import type { Figures } from './figures.ts'
import type { FitPlan } from './fit.ts'
import type { Samples } from './samples.ts'
import { ArraySource } from './sources.ts'
import { StepNumbers } from './update.ts'
import { firstNonFinite } from './weights.ts'

/** One update on one batch. Where its loss or what becomes of the weights is not finite, nothing has changed. */
export async function trainStep(
  samples: Samples,
  { session, seed, turnstile, step }: Pick<FitPlan, 'session' | 'seed' | 'turnstile'> & { step: number },
): Promise<Figures> {
  const source = await ArraySource.open(session, 'training', samples, samples.count)
  const { optimizer } = session.parts
  const { batches, executable, waiting, figures } = source.watched
  await source.take(0)
  const numbers = new StepNumbers(optimizer)
  numbers.write(step)
  const generator = Int32Array.of(seed, seed / 2 ** 32, step, step / 2 ** 32)
  const feeds = { ...batches.feeds, ...numbers.feeds, generator: { data: generator } }
  const run = numbers.waits(step) ? waiting : executable
  await turnstile.close()
  try {
    await session.snapshot()
    const halted = (await run.run(batches.counts, feeds, figures.fetches)) !== COMPLETED
    const tensor = halted
      ? ((await run.firstNonFinite(batches.counts, feeds)) ?? 'loss')
      : await firstNonFinite(session, optimizer.method.slots)
    if (tensor === null) figures.add()
    else {
      await session.restore()
      throw new NonFiniteError(0, 0, tensor, 'The model is back at where it was before this batch.')
    }
  } finally {
    turnstile.open()
  }
  return figures.means()
}
