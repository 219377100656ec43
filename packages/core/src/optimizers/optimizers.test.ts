import { describe, expect, it } from 'vitest'
import type { KerasObject } from '../config/keras.ts'
import { OptionError } from '../errors.ts'
import * as schedules from '../schedules/index.ts'
import { readGolden } from '../testing/golden.ts'
import { classifier, SAMPLES } from '../testing/models.ts'
import { deserializeOptimizer } from './deserialize.ts'
import * as optimizers from './index.ts'
import { OPTIMIZER_CLASSES, serializeOptimizer } from './index.ts'

const { optimizers: golden } = readGolden<{ optimizers: readonly KerasObject[] }>('options')
const makers = Object.entries({
  ...{ adadelta: optimizers.adadelta, adagrad: optimizers.adagrad, adam: optimizers.adam },
  ...{ adamax: optimizers.adamax, adamW: optimizers.adamW, ftrl: optimizers.ftrl, lion: optimizers.lion },
  ...{ nadam: optimizers.nadam, rmsprop: optimizers.rmsprop, sgd: optimizers.sgd },
})

describe('an optimizer', () => {
  it.each(golden.map((json) => [json.class_name, json] as const))(
    '%s reads and writes the JSON of Keras',
    (_, json) => {
      const rate = (config: KerasObject['config']) =>
        typeof config.learning_rate === 'number' ? Math.fround(config.learning_rate) : config.learning_rate
      const written = serializeOptimizer(deserializeOptimizer(json, schedules.deserializeSchedule))
      // SGD's momentum of 0 is left out: Keras refuses the integer that JSON makes of it
      const momentum = json.class_name === 'SGD' ? { momentum: 0 } : {}
      expect({ ...momentum, ...written.config, learning_rate: rate(written.config) }).toEqual(json.config)
      expect(written).toMatchObject({
        module: json.module,
        class_name: json.class_name,
        registered_name: null,
      })
    },
  )

  it.each(makers)('%s has the defaults of Keras', (name, make) => {
    const written = serializeOptimizer(make())
    const keras = golden.find(({ class_name }) => class_name === written.class_name)
    const { learning_rate: rate, ...config } = keras?.config ?? {}
    expect({ ...(name === 'sgd' && { momentum: 0 }), ...written.config }).toMatchObject(config)
    expect(Math.fround(Number(written.config.learning_rate))).toBe(rate)
    expect(OPTIMIZER_CLASSES.get(written.class_name)).toBe(make)
    expect(optimizers.resolveOptimizer(name.toLowerCase(), 'test').className).toBe(written.class_name)
  })

  it.each(makers)('%s refuses what it cannot do', (name, make) => {
    const bad = (options: object, message: RegExp) => expect(() => make(options)).toThrow(message)
    const where = `^optimizers.${name}: `
    bad(
      { learningrate: 1 },
      new RegExp(`${where}there is no option 'learningrate'. Did you mean 'learningRate'`),
    )
    bad(
      { learningRate: 'fast' },
      /'learningRate' must be a number of at least 0, one of schedules.…\(\), or a fun/,
    )
    bad({ weightDecay: -1 }, /'weightDecay' must be a number of at least 0; got -1/)
    bad({ clipnorm: -1 }, /'clipnorm' must be a number of at least 0; got -1/)
    bad({ clipnorm: 1, clipvalue: 1 }, /give one of clipnorm and clipvalue, not all/)
    bad(
      { clipvalue: 1, globalClipnorm: 0, clipnorm: 1 },
      /give one of clipnorm and clipvalue and globalClipnorm/,
    )
    bad({ useEma: 1 }, /'useEma' must be true or false; got 1/)
    bad({ emaMomentum: 1.1 }, /'emaMomentum' must be a number from 0 to 1; got 1.1/)
    bad({ emaOverwriteFrequency: 0 }, /'emaOverwriteFrequency' must be a whole number greater than 0; got 0/)
    bad(
      { gradientAccumulationSteps: 1 },
      /'gradientAccumulationSteps' must be a whole number of at least 2; got 1/,
    )
    bad({ lossScaleFactor: 0 }, /'lossScaleFactor' must be a number greater than 0; got 0/)
  })

  it('refuses what is wrong with its own options', () => {
    expect(() => optimizers.adamW({ weightDecay: null as unknown as number })).toThrow(
      /'weightDecay' must be a number/,
    )
    expect(() => optimizers.lion({ beta1: 0 })).toThrow(/'beta1' must be a number above 0 and up to 1; got 0/)
    expect(() => optimizers.ftrl({ learningRatePower: 0.5 })).toThrow(
      /must be a number of at most 0; got 0.5/,
    )
    expect(() => optimizers.nadam({ beta2: 1 })).toThrow(
      /'beta2' must be a number from 0 up to, but not including, 1/,
    )
    expect(() => deserializeOptimizer({ class_name: 'Muon', config: {} })).toThrow(
      /there is no optimizer 'Muon'/,
    )
    expect(() => deserializeOptimizer({ class_name: 'SGD', config: { momentums: 1 } })).toThrow(
      /no option 'momentums'. Did you mean 'momentum'/,
    )
  })
})

describe('a learning rate', () => {
  it('that is a number can be read and set', () => {
    const optimizer = optimizers.adamax({ learningRate: 0.5 })
    optimizer.learningRate = 0.25
    expect(optimizer.learningRate).toBe(0.25)
    expect(optimizer.config().learning_rate).toBe(0.25)
  })

  it('that is whole is written so that Keras reads a float, the same in float32', () => {
    for (const learningRate of [0, 1, 2, 3, 7, 100, 0.5]) {
      const json = optimizers.adam({ learningRate }).config()
      expect(Math.fround(Number(json.learning_rate))).toBe(learningRate)
      expect(Number.isInteger(json.learning_rate)).toBe(false)
      expect(deserializeOptimizer({ class_name: 'Adam', config: json }).learningRate).toBe(learningRate)
    }
    const { momentum } = optimizers.sgd({ momentum: 1 }).config()
    expect([Number.isInteger(momentum), Math.fround(Number(momentum))]).toEqual([false, 1])
    const schedule = schedules.piecewiseConstantDecay({ boundaries: [3, 5], values: [2, 1, 0] })
    const json = schedules.serializeSchedule(schedule)
    expect(JSON.stringify(json.config)).toMatch(/"boundaries":\[3,5\],"values":\[1\.9+8,0\.9+,5e-324\]/)
    expect(schedules.deserializeSchedule(json).options).toEqual(schedule.options)
  })

  it('that follows a schedule is that of the next batch, also in a file, and cannot be set', async () => {
    const schedule = schedules.exponentialDecay({ initialLearningRate: 0.5, decaySteps: 1, decayRate: 0.5 })
    const model = classifier()
    model.compile({ optimizer: optimizers.sgd({ learningRate: schedule }), loss: 'categoricalCrossentropy' })
    expect(model.optimizer?.learningRate).toBe(0.5)
    await model.fit(SAMPLES.x, SAMPLES.y, { batchSize: 11 })
    expect(model.optimizer?.learningRate).toBeCloseTo(0.125, 15)
    const { loadModel } = await import('../model/load.ts')
    const loaded = await loadModel(await model.saveBytes())
    expect(loaded.optimizer?.learningRate).toBeCloseTo(0.125, 15)
    expect(() => Object.assign(model.optimizer ?? {}, { learningRate: 1 })).toThrow(
      /the optimizer's learningRate follows ExponentialDecay and cannot be set; got 1/,
    )
  })

  it('may be a function of the step, which no file can hold', async () => {
    const asked: number[] = []
    const rate = (step: number) => {
      asked.push(step)
      return 0.1 / (step + 1)
    }
    const own = classifier()
    own.compile({ optimizer: optimizers.sgd({ learningRate: rate }), loss: 'categoricalCrossentropy' })
    await own.fit(SAMPLES.x, SAMPLES.y, { batchSize: 11, epochs: 2 })
    expect([...new Set(asked)]).toEqual([0, 1, 2, 3])
    await expect(own.saveBytes()).rejects.toThrow(
      /SGD: its learningRate is a function, which no file can hold. Use one of schedules.…\(\) instead/,
    )
    const same = classifier()
    const inverse = schedules.inverseTimeDecay({ initialLearningRate: 0.1, decaySteps: 1, decayRate: 1 })
    same.compile({ optimizer: optimizers.sgd({ learningRate: inverse }), loss: 'categoricalCrossentropy' })
    await same.fit(SAMPLES.x, SAMPLES.y, { batchSize: 11, epochs: 2 })
    expect(await own.weightsSha256()).toBe(await same.weightsSha256())
  })

  it('that is no number stops training before the update', async () => {
    const model = classifier()
    const rate = (step: number) => (step < 3 ? 0.1 : Number.NaN)
    model.compile({ optimizer: optimizers.sgd({ learningRate: rate }), loss: 'categoricalCrossentropy' })
    const options = { batchSize: 11, epochs: 1 }
    await model.fit(SAMPLES.x, SAMPLES.y, options)
    const before = await model.weightsSha256()
    await expect(model.fit(SAMPLES.x, SAMPLES.y, options)).rejects.toThrow(OptionError)
    await expect(model.fit(SAMPLES.x, SAMPLES.y, options)).rejects.toThrow(
      /the optimizer's learningRate must be a number of at least 0; got NaN/,
    )
    expect(await model.weightsSha256()).toBe(before)
  })
})
