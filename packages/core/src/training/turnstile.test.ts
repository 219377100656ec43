import { expect, it } from 'vitest'
import { Turnstile } from './turnstile.ts'

const later = () => new Promise<void>((resolve) => setTimeout(resolve, 5))

it('lets tasks in while open, makes them wait while closed, and training wait for them', async () => {
  const turnstile = new Turnstile()
  const events: string[] = []
  const look = (name: string) =>
    turnstile.enter(async () => {
      events.push(`${name} in`)
      await later()
      events.push(`${name} out`)
    })
  const first = look('first')
  await turnstile.close()
  events.push('step')
  const second = look('second')
  await later()
  expect(turnstile.isWanted).toBe(true)
  events.push('step')
  turnstile.open()
  await turnstile.close()
  events.push('step')
  await Promise.all([first, second])
  expect(events).toEqual(['first in', 'first out', 'step', 'step', 'second in', 'second out', 'step'])
})

it('goes on after a task that fails', async () => {
  const turnstile = new Turnstile()
  const failing = turnstile.enter(() => Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
  await turnstile.close()
  turnstile.open()
  await expect(turnstile.enter(async () => 'in')).resolves.toBe('in')
})
