import { parentPort, workerData } from 'node:worker_threads'
import { loadLoop } from './loop.mjs'

const run = await loadLoop(workerData.wasm, workerData.width)
parentPort.on('message', (calls) => parentPort.postMessage(run(calls)))
parentPort.postMessage('ready')
