import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { request } from './request.ts'

test('follows redirects, but not for ever', async () => {
  const server = createServer(({ url }, response) => {
    if (url === '/here') response.end('found')
    else response.writeHead(302, { location: url === '/moved' ? 'here' : '/round' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { signal } = new AbortController()

  const chunks: Uint8Array[] = []
  const reply = await request(`${origin}/moved`, { signal })
  for await (const chunk of reply.body) chunks.push(chunk)
  expect(Buffer.concat(chunks).toString()).toBe('found')
  await expect(request(`${origin}/round`, { signal })).rejects.toThrow('more than 5 redirects')
})
