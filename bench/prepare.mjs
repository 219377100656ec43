// `node bench/prepare.mjs forecast|speech FILE`: reads and prepares data as that task does before it trains, in a process
// of its own, and prints as JSON what was read, the seconds, and the most memory that the process had.

import { forecast, openFiles, speech } from '@carousel/tasks'

const [task, file] = process.argv.slice(2)
const prepare = { forecast: series, speech: recordings }[task]
const began = performance.now()
const read = await prepare(await openFiles(file))
const seconds = (performance.now() - began) / 1000
console.log(JSON.stringify({ read, seconds, mebibytes: process.resourceUsage().maxRSS / 1024 }))

/** Every column is read, put in step, split and scaled. */
async function series(files) {
  const settings = forecast.task.settings({ target: ['x1'], inputs: ['all'] })
  const { series } = await forecast.task.load(files, 'data.csv', settings)
  return `${series.rows.toLocaleString('en')} rows`
}

/** Every recording is unpacked and decoded; `begin` makes the features of those to train on. */
async function recordings(files) {
  const settings = speech.task.settings({})
  const data = await speech.task.load(files, 'recordings', settings)
  await speech.task.begin(data, settings)
  return `${(data.train.length + data.test.length).toLocaleString('en')} recordings`
}
