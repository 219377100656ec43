import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Child, MissingError, RowError } from './child.mjs'
import { nodeBinary, nodeRemedy, python, watchLoad } from './machine.mjs'
import { buildYardstick } from './yardstick/build.mjs'

const peersFolder = fileURLToPath(new URL('peers/', import.meta.url))

/**
 * The peers' processes and the yardstick's, kept alive over all rounds. All but the one asked wait for a line on
 * standard input, so that one alone is busy while it is measured.
 */
export class Bench {
  #children = new Map()
  #yardsticks = {}
  #yardstickBinary
  #seconds
  #data
  #folder
  #say

  /** Why a peer or a row cannot be measured, by id. */
  problems = {}
  /** What each peer says it is. */
  versions = {}

  constructor({ seconds, data, folder, say }) {
    this.#seconds = seconds
    this.#data = data
    this.#folder = folder
    this.#say = say
  }

  /** Starts the yardstick and every peer, and measures each row once: the warm-up, thrown away. */
  async start(rows) {
    await this.#startYardstick()
    for (const peer of new Set(rows.map((row) => row.peer))) {
      this.#say(`starting ${peer.id}`)
      await this.#startPeer(peer)
      for (const row of rows.filter((each) => each.peer === peer))
        await this.#measureRow(row, this.#seconds / 2)
    }
  }

  /**
   * One round: every row once, those on one thread first, with the yardstick before, between and after. Where in
   * its block a row comes moves on from round to round.
   */
  async round(rows, number) {
    const figures = {}
    const block = async (threads) => {
      const some = rows.filter(({ peer }) => peer.threads === threads)
      const first = Math.floor((some.length * (number % 3)) / 3)
      for (const row of [...some.slice(first), ...some.slice(0, first)]) {
        const figure = await this.#measureRow(row, this.#seconds)
        if (figure) figures[row.id] = figure
      }
      return some.length
    }
    const before = await this.#measureYardstick()
    await block(1)
    const between = await this.#measureYardstick()
    const after = (await block(2)) > 0 ? await this.#measureYardstick() : between
    return { before, between, after, figures }
  }

  stop() {
    for (const child of [...this.#children.values(), ...Object.values(this.#yardsticks)]) child.stop()
  }

  async #startYardstick() {
    const node = [26, 24].map(nodeBinary).find((binary) => binary !== undefined)
    const widths = node ? [128, 256] : [128]
    try {
      const wasm = await buildYardstick(this.#folder)
      this.#yardstickBinary = wasm
      for (const width of widths) {
        const child = new Child(node ?? process.execPath, [join(peersFolder, 'yardstick.mjs')])
        this.#yardsticks[width] = child
        this.versions[`yardstick/${width}`] = (await child.ask('start', { width, wasm })).version
      }
    } catch (error) {
      this.problems.yardstick = error.message
      this.#say(`the yardstick cannot be measured: ${error.message}`)
    }
  }

  async #measureYardstick() {
    const reading = {}
    if (this.problems.yardstick) return reading
    for (const [width, child] of Object.entries(this.#yardsticks)) {
      const { oneThread, twoThreads, gain } = await child.ask('measure')
      reading[width] = { oneThread, twoThreads, gain }
    }
    return reading
  }

  async #startPeer(peer) {
    try {
      const { needsModel, ...options } = peer.options
      const model = needsModel ? this.#onnxModel() : undefined
      const child = this.#spawn(peer)
      this.#children.set(peer.id, child)
      const reply = await child.ask('start', {
        threads: peer.threads,
        data: this.#data,
        yardstick: this.#yardstickBinary,
        model,
        ...options,
      })
      this.versions[peer.id] = reply.version
    } catch (error) {
      this.#giveUp(peer, error)
    }
  }

  #spawn(peer) {
    const isPython = peer.file.endsWith('.py')
    const binary = isPython ? python : peer.node ? nodeBinary(peer.node) : process.execPath
    if (!binary) throw new MissingError(`Node ${peer.node}`, nodeRemedy(peer.node))
    if (isPython && spawnSync(python, ['--version']).error)
      throw new MissingError('the virtual environment bench/.venv')
    const env = { OMP_NUM_THREADS: String(peer.threads), ...peer.env }
    return new Child(binary, [join(peersFolder, peer.file)], { env })
  }

  #onnxModel() {
    const path = join(this.#folder, 'seed-job.onnx')
    const { error, status, stderr } = spawnSync(python, [join(peersFolder, 'onnx_model.py'), path], {
      encoding: 'utf8',
    })
    if (error) throw new MissingError('the virtual environment bench/.venv, which writes the ONNX file')
    if (status !== 0) throw new Error(`the ONNX file could not be written: ${stderr}`)
    return path
  }

  /** Notes why a row or a peer has no figures. */
  #report(id, peer, error) {
    const isMissing = error instanceof MissingError
    this.problems[id] = isMissing ? error.message : `failed: ${error.message}`
    this.#say(`${id} ${this.problems[id]}`)
    if (!isMissing) this.#say(this.#children.get(peer.id)?.lastWords ?? '')
  }

  #giveUp(peer, error) {
    this.#report(peer.id, peer, error)
    this.#children.get(peer.id)?.stop()
    this.#children.delete(peer.id)
  }

  /** A row's figure, with the cores it used and those that others used meanwhile; undefined where it has none. */
  async #measureRow(row, seconds) {
    const child = this.#children.get(row.peer.id)
    if (!child || this.problems[row.id]) return undefined
    const load = watchLoad()
    const begin = performance.now()
    try {
      const { cpuSeconds, ...figure } = await child.ask(row.cmd, {
        ...row.message,
        seconds: seconds * row.share,
      })
      const cores = cpuSeconds / ((performance.now() - begin) / 1000)
      return { ...figure, cores, otherCores: Math.max(0, load() - cores) }
    } catch (error) {
      if (error instanceof MissingError || error instanceof RowError) this.#report(row.id, row.peer, error)
      else this.#giveUp(row.peer, error)
      return undefined
    }
  }
}
