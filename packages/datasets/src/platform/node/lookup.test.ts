import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { lookupOnceAnswered } from './lookup.ts'

/** A resolver whose one name server is ours: it answers that there is no such name, or nothing. */
async function resolverAt(answers: boolean): Promise<Resolver> {
  const server = createSocket('udp4')
  server.on('message', (question, from) => {
    const answer = Buffer.from(question)
    answer.writeUInt16BE(0x8183, 2) // A response; recursion available; name error.
    if (answers) server.send(answer, from.port, from.address)
  })
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const resolver = new Resolver({ timeout: 60_000, tries: 1 })
  resolver.setServers([`127.0.0.1:${server.address().port}`])
  return resolver
}

test('asks the system once a name server has answered, whatever it said', async () => {
  const lookup = lookupOnceAnswered(new AbortController().signal, await resolverAt(true))
  const address = await new Promise((resolve) =>
    lookup('localhost', { family: 4 }, (_, found) => resolve(found)),
  )
  expect(address).toBe('127.0.0.1')
})

test('with the signal gives up a name server that does not answer, and never asks the system', async () => {
  const resolver = await resolverAt(false)
  const abort = new AbortController()
  const callback = vi.fn()
  lookupOnceAnswered(abort.signal, resolver)('localhost', { family: 4 }, callback)
  const query = resolver.resolve4('localhost')
  setTimeout(() => abort.abort(), 50)
  await expect(query).rejects.toThrow(/ECANCELLED/)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(callback).not.toHaveBeenCalled()
})
