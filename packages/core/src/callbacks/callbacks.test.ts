import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../config/keras.ts'
import { OptionError } from '../errors.ts'
import { classifier, SAMPLES } from '../testing/models.ts'
import { runScript, ScriptedModel } from '../testing/scriptedModel.ts'
import { memoryOf, remind } from '../training/callbackMemory.ts'
import { type Callback, CallbackList, type EpochLogs } from '../training/callbacks.ts'
import * as callbacks from './index.ts'

const { x, y } = SAMPLES

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carousel-callbacks-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('a list of callbacks', () => {
  it('calls hooks in order, waits for each, and passes the model last', async () => {
    const said: string[] = []
    const model = new ScriptedModel()
    const say = (name: string): Callback => ({
      async onEpochBegin(epoch, of) {
        await Promise.resolve()
        said.push(`${name} ${epoch} ${of === model}`)
      },
    })
    await new CallbackList([say('a'), say('b')], model).call('onEpochBegin', 3)
    expect(said).toEqual(['a 3 true', 'b 3 true'])
  })

  it('knows which hooks nobody has, under both of their names', () => {
    const list = new CallbackList([{ onBatchEnd() {} }, callbacks.earlyStopping()], new ScriptedModel())
    expect(list.has('onTrainBatchEnd')).toBe(true)
    expect(list.has('onTrainBatchBegin')).toBe(false)
    expect(list.has('onTestBatchEnd')).toBe(false)
  })

  it('calls onTrainBatchEnd rather than onBatchEnd where both are there, as Keras does', async () => {
    const said: string[] = []
    const both = { onBatchEnd: () => void said.push('short'), onTrainBatchEnd: () => void said.push('long') }
    const logs = { loss: 1, size: 1, batches: 1, samples: 1 }
    await new CallbackList([both], new ScriptedModel()).call('onTrainBatchEnd', 0, logs)
    expect(said).toEqual(['long'])
  })

  it('lets what saves act after what decides', async () => {
    const saved: (number | undefined)[] = []
    class Saver implements Callback {
      readonly isLast = true
      onEpochEnd(_: number, logs: EpochLogs) {
        saved.push(logs.learningRate)
      }
    }
    const scheduler = callbacks.learningRateScheduler(() => 0.25)
    await runScript([new Saver(), scheduler], new ScriptedModel(), [{ loss: 1 }])
    expect(saved).toEqual([0.25])
  })
})

describe('after a resume', () => {
  const worse = [0.5, 0.6, 0.7, 0.8].map((valLoss) => ({ loss: 1, valLoss }))
  /** Runs the first epochs, hands the state over to other objects, as a file does, and runs the rest. */
  async function inTwo(make: () => Callback, split: number) {
    const model = new ScriptedModel()
    const before = [make(), make()]
    const first = await runScript(before, model, worse.slice(0, split))
    const states = JSON.parse(JSON.stringify(memoryOf({ callbacks: before }).states))
    const after = [make(), make()]
    remind(after, { memory: { states, weights: new Map() } })
    const second = await runScript(after, model, worse.slice(split), { first: split, resumed: true })
    return { rates: [...first.rates, ...second.rates], stopped: model.stopTraining }
  }
  async function inOne(make: () => Callback) {
    const model = new ScriptedModel()
    const { rates } = await runScript([make(), make()], model, worse)
    return { rates, stopped: model.stopTraining }
  }

  it.each<[string, () => Callback]>([
    ['earlyStopping', () => callbacks.earlyStopping({ patience: 3 })],
    ['reduceLROnPlateau', () => callbacks.reduceLROnPlateau({ patience: 2, cooldown: 1 })],
    ['learningRateScheduler', () => callbacks.learningRateScheduler((_, rate) => rate / 2)],
  ])('%s goes on as if nothing had happened', async (_, make) => {
    const whole = await inOne(make)
    for (const split of [1, 2, 3]) expect(await inTwo(make, split)).toEqual(whole)
  })

  it('a rate that was set for the epoch is not set again', async () => {
    const model = new ScriptedModel(1)
    const scheduler = callbacks.learningRateScheduler((_, rate) => rate / 2)
    await new CallbackList([scheduler], model).call('onEpochBegin', 4)
    const again = callbacks.learningRateScheduler((_, rate) => rate / 2)
    again.state = scheduler.state
    await runScript([again], model, [{ loss: 1 }], { first: 4, resumed: true })
    expect(model.optimizer.learningRate).toBe(0.5)
  })

  it('a checkpoint knows the best so far', async () => {
    const model = new ScriptedModel()
    const options = { filepath: join(folder, 'best'), monitor: 'loss', saveBestOnly: true }
    const first = callbacks.modelCheckpoint(options)
    await runScript([first], model, [{ loss: 0.5 }])
    const second = callbacks.modelCheckpoint(options)
    second.state = first.state
    await runScript([second], model, [{ loss: 0.6 }, { loss: 0.4 }], { first: 1, resumed: true })
    expect(model.saved).toHaveLength(2)
  })

  it('a table goes on at its end', async () => {
    const path = join(folder, 'resumed.csv')
    const model = new ScriptedModel()
    await runScript([callbacks.csvLogger(path)], model, [{ loss: 0.5 }])
    await runScript([callbacks.csvLogger(path)], model, [{ loss: 0.25 }], { first: 1, resumed: true })
    expect(await readFile(path, 'utf8')).toBe('epoch,loss,valLoss\r\n0,0.5,NA\r\n1,0.25,NA\r\n')
  })

  it('a table makes the folders it is to lie in', async () => {
    const path = join(folder, 'runs', 'first', 'log.csv')
    await runScript([callbacks.csvLogger(path)], new ScriptedModel(), [{ loss: 0.5 }])
    expect(await readFile(path, 'utf8')).toBe('epoch,loss,valLoss\r\n0,0.5,NA\r\n')
  })

  it('a state that is damaged is refused', () => {
    const damaged: JsonObject[] = [
      {},
      { wait: 'x', bestEpoch: 0, best: 1 },
      { wait: 1, bestEpoch: null, best: [] },
    ]
    for (const state of damaged)
      expect(() => {
        callbacks.earlyStopping().state = state
      }).toThrow(/state of the callback EarlyStopping is damaged/)
  })
})

describe('what cannot work is told', () => {
  const epoch = [{ loss: 1, accuracy: 0.5 }]
  const run = (callback: Callback, validates = false) =>
    runScript([callback], new ScriptedModel(), epoch, { validates })

  it('a figure that is not there', async () => {
    await expect(run(callbacks.earlyStopping({ monitor: 'acuracy', mode: 'max' }))).rejects.toThrow(
      /there is no figure 'acuracy' to monitor. Did you mean 'accuracy'\?/,
    )
    await expect(run(callbacks.earlyStopping({ monitor: 'valAcuracy', mode: 'max' }), true)).rejects.toThrow(
      /there is no figure 'valAcuracy' to monitor/,
    )
  })

  it('a validation figure without validation data', async () => {
    await expect(run(callbacks.reduceLROnPlateau())).rejects.toThrow(
      /monitor 'valLoss' needs validation data. Give fit validationData/,
    )
  })

  it('an epoch without validation is passed over where there is validation now and then', async () => {
    const stopping = callbacks.earlyStopping({ patience: 0 })
    await run(stopping, true)
    expect(stopping).toMatchObject({ wait: 0, best: null })
  })

  it.each<[string, () => unknown, RegExp]>([
    [
      'a direction that nobody can tell',
      () => callbacks.earlyStopping({ monitor: 'speed' }),
      /give mode: 'min'/,
    ],
    ['verbose', () => callbacks.earlyStopping({ verbose: 1 } as object), /'verbose' is not supported/],
    ['a factor of 1', () => callbacks.reduceLROnPlateau({ factor: 1 }), /'factor' must be a number from 0/],
    [
      'bare weights',
      () => callbacks.modelCheckpoint({ filepath: 'x', saveWeightsOnly: true } as never),
      /'saveWeightsOnly' is not supported/,
    ],
    ['no path', () => callbacks.modelCheckpoint({} as never), /option 'filepath' is missing/],
    [
      'an open brace',
      () => callbacks.modelCheckpoint({ filepath: 'a{epoch' }),
      /cannot read the placeholders/,
    ],
    [
      'a strange format',
      () => callbacks.modelCheckpoint({ filepath: '{epoch:>4}' }),
      /cannot read the placeholders/,
    ],
    ['a schedule that is none', () => callbacks.learningRateScheduler(0.1 as never), /expected a function/],
    [
      'histograms',
      () => callbacks.tensorBoard({ histogramFreq: 1 } as object),
      /'histogramFreq' is not supported/,
    ],
    [
      'a long separator',
      () => callbacks.csvLogger('x', { separator: '--' }),
      /'separator' must be one character/,
    ],
    [
      'hooks that do not exist',
      () => callbacks.lambdaCallback({ onEpochDone() {} } as object),
      /there is no hook 'onEpochDone'/,
    ],
  ])('%s', (_, make, reason) => {
    expect(make).toThrow(OptionError)
    expect(make).toThrow(reason)
  })

  it('a rate that is none', async () => {
    const scheduler = callbacks.learningRateScheduler(() => Number.NaN)
    await expect(run(scheduler)).rejects.toThrow(/learning rate must be a number of at least 0; got NaN/)
  })

  it('a folder that cannot be made', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    const checkpoint = callbacks.modelCheckpoint({ filepath: join(file, 'x.safetensors') })
    await expect(run(checkpoint)).rejects.toThrow(/cannot make the folder/)
  })

  it('a method of a class that is no hook', async () => {
    class Mine {
      onEpochBegin() {}
      onEpochEnds() {}
    }
    const fit = classifier().fit(x, y, { callbacks: [new Mine()] })
    await expect(fit).rejects.toThrow(/there is no hook 'onEpochEnds'. Did you mean 'onEpochEnd'\?/)
  })
})

describe('in fit', () => {
  it('early stopping ends training and brings the best weights back', async () => {
    const model = classifier()
    const weights: string[] = []
    const stopping = callbacks.earlyStopping({
      monitor: 'loss',
      mode: 'max',
      patience: 2,
      restoreBestWeights: true,
    })
    const history = await model.fit(x, y, {
      epochs: 50,
      batchSize: 4,
      callbacks: [
        { onEpochEnd: async (_, __, of) => void weights.push(String(await of.getWeights())) },
        stopping,
      ],
    })
    const { length } = history.epoch
    expect(length).toBeLessThan(50)
    expect(stopping.stoppedEpoch).toBe(length - 1)
    expect(String(await model.getWeights())).toBe(weights[stopping.bestEpoch])
  })

  it('a history that is given is returned, and added to', async () => {
    const model = classifier()
    const history = callbacks.history()
    expect(await model.fit(x, y, { callbacks: [history] })).toBe(history)
    await model.fit(x, y, { callbacks: [history] })
    expect(history.history.loss).toHaveLength(2)
  })

  it('what callbacks add to the logs is in the history', async () => {
    const model = classifier()
    const scheduler = callbacks.learningRateScheduler((epoch) => 0.1 / (epoch + 1))
    const { history } = await model.fit(x, y, { epochs: 2, callbacks: [scheduler] })
    expect(history.learningRate).toEqual([0.1, 0.05])
  })

  it('checkpoints can be loaded, and a missing folder is made', async () => {
    const { loadModel } = await import('../model/load.ts')
    const model = classifier()
    const filepath = join(folder, 'new/folder/{epoch:02d}-{loss:.3f}.safetensors')
    const { history } = await model.fit(x, y, {
      epochs: 2,
      callbacks: [callbacks.modelCheckpoint({ filepath })],
    })
    const loaded = await loadModel(join(folder, `new/folder/02-${history.loss[1].toFixed(3)}.safetensors`))
    expect(await loaded.weightsSha256()).toBe(await model.weightsSha256())
  })

  it('terminateOnNaN ends quietly, with the last good weights; without it fit throws', async () => {
    const spoilt = (raiseError: boolean) => {
      const model = classifier()
      const ended: (number | null)[] = []
      const spoil: Callback = {
        onEpochBegin: (epoch, { optimizer }) => {
          if (epoch === 1 && optimizer) optimizer.learningRate = 1e38
        },
        onTrainEnd: (logs) => void ended.push(logs?.loss ?? null),
      }
      const fit = model.fit(x, y, {
        epochs: 3,
        batchSize: 4,
        callbacks: [spoil, callbacks.terminateOnNaN({ raiseError })],
      })
      return { model, ended, fit }
    }
    const quiet = spoilt(false)
    const history = await quiet.fit
    expect(history).toMatchObject({ interrupted: true, epoch: [0] })
    expect(history.notes[0]).toMatch(/training left the finite numbers in epoch 2/)
    expect(quiet.ended).toEqual([history.history.loss[0]])
    expect(quiet.model.position).toMatchObject({ epoch: 1, batch: 0 })
    await expect(spoilt(true).fit).rejects.toThrow(/left the finite numbers/)
  })
})
