import { runJob } from '../../dist/browser/job.js'
import { learnSeries } from '../../dist/browser/series.js'
import { learnTexts } from '../../dist/browser/texts.js'
import { learnWords } from '../../dist/browser/words.js'
import { learnWriting } from '../../dist/browser/writing.js'

globalThis.learnTexts = learnTexts
globalThis.learnWords = learnWords
globalThis.learnSeries = learnSeries
globalThis.learnWriting = learnWriting

/** Runs the job, and watches meanwhile for how long the page's own thread was busy at a stretch. */
globalThis.trainInPage = async (options) => {
  const state = document.querySelector('#state')
  state.textContent = 'training'
  let longestGap = 0
  let last = performance.now()
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    const time = performance.now()
    longestGap = Math.max(longestGap, time - last)
    last = time
    port2.postMessage(null)
  }
  port2.postMessage(null)
  const started = performance.now()
  const result = await runJob(options)
  const seconds = (performance.now() - started) / 1000
  port1.close()
  state.textContent = `trained in ${seconds.toFixed(1)} s, loss ${result.loss.toFixed(4)}`
  return { ...result, seconds, longestGap, isolated: crossOriginIsolated }
}
