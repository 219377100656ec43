import { platform } from '#engine/platform'
import { host } from './host.ts'
import type { Message } from './pool.ts'
import type { Request } from './remote.ts'
import { work } from './worker.ts'

// The script of all threads that we start: one download. What comes tells what a thread is for.

platform.receive((data) => {
  const message = data as Request | Message
  if ('id' in message) host(message)
  else work(message)
})
