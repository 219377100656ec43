import { writeData } from '../data.mjs'
import { watchLoad } from '../machine.mjs'
import { readData } from '../peers/tools.mjs'
import { seedJob } from '../seedJob.mjs'
import { buildYardstick } from '../yardstick/build.mjs'
import { Profiler } from './profiler.mjs'

export { reportOf } from './report.mjs'

/**
 * Trains the seed job for some seconds on this thread and tells where a step's time goes.
 *
 * @param recurrent its recurrent layers, as `seedJob` takes them
 * @param folder for temporary files
 * @param mnist folders that may hold MNIST
 */
export async function profileSeedJob({ threads, kernels, recurrent, batch, seconds, folder, mnist }) {
  const data = readData(writeData(folder, mnist))
  const profiler = await Profiler.open({ threads, kernels, yardstick: await buildYardstick(folder) })
  const model = seedJob(profiler.engine, recurrent)
  const x = { shape: [data.count, 28, 28], data: data.x }
  const y = { shape: [data.count, 10], data: data.y }
  const otherCores = watchOthers()
  const found = await profiler.profile(model, x, y, { batch, seconds })
  const { kernels: running, width } = profiler
  return { ...found, recurrent, kernels: running, width, threads, batch, otherCores: otherCores() }
}

/** Starts to watch; the function returned says how many cores other programs kept busy since. */
function watchOthers() {
  const load = watchLoad()
  const begin = performance.now()
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    return Math.max(load() - (user + system) / 1000 / (performance.now() - begin), 0)
  }
}
