import {
  BELL,
  COUNT,
  CREW,
  FAILED,
  FIRST,
  OUTSTANDING,
  postedTo,
  ROW_COUNT,
  receivedBy,
  SHARES,
  ticketOf,
  WORDS,
  waitWhile,
} from './control.ts'
import { instantiate } from './instance.ts'
import type { Message } from './pool.ts'
import { type Kernel, runShare } from './script.ts'

// A thread as a worker of a pool: waits for shares of segments in a loop, and leaves it only to receive messages.

interface Member {
  readonly memory: WebAssembly.Memory
  /** Exports of the first binary. */
  readonly base: WebAssembly.Exports
  readonly kernels: readonly Kernel[]
  words: Int32Array
}

const crews = new Map<number, Member>()
let control: Int32Array
let self = 0

export function work(message: Message): void {
  obey(message)
  Atomics.add(control, receivedBy(self), 1)
  serve()
}

function obey(message: Message): void {
  if (message.kind === 'start') {
    control = message.control
    self = message.worker
  } else if (message.kind === 'attach') {
    const { crew, module, memory } = message
    const known = crews.get(crew)
    const { exports, kernels } = instantiate(module, memory, known?.base)
    crews.set(crew, {
      memory,
      base: known?.base ?? exports,
      kernels: [...(known?.kernels ?? []), ...kernels],
      words: new Int32Array(memory.buffer),
    })
  } else crews.delete(message.crew)
}

function serve(): void {
  const ticket = ticketOf(self)
  const posted = postedTo(self)
  const received = Atomics.load(control, receivedBy(self))
  for (;;) {
    const bell = Atomics.load(control, BELL)
    if (Atomics.load(control, posted) !== received) return
    if (Atomics.exchange(control, ticket, 0) === 1) runOwnShare()
    else waitWhile(control, BELL, bell)
  }
}

function runOwnShare(): void {
  const first = control[FIRST]
  const count = control[COUNT]
  try {
    const member = crews.get(control[CREW]) as Member
    // the memory may have grown, and this thread may hear of it late
    while (member.words.length < control[WORDS]) member.words = new Int32Array(member.memory.buffer)
    runShare(member.kernels, member.words, first, count, control[ROW_COUNT], self, control[SHARES])
  } catch {
    Atomics.store(control, FAILED, 1)
  }
  if (Atomics.sub(control, OUTSTANDING, 1) === 1) Atomics.notify(control, OUTSTANDING)
}
