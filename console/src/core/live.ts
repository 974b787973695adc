/**
 * One WebSocket per tab, with windowed subscriptions (contract, `WS /live`). Framework-free.
 *
 * Frames of a subscription carry `seq`; a hole in it, or `resync`, makes us ask again from scratch. After a lost
 * connection we come back with a growing pause. A hidden tab keeps its connection but drops its row windows.
 */
import type { Problem } from './types.ts'
import type { Window } from './windowing.ts'

export type Topic = 'cabinets' | 'faults' | 'tickets' | 'counts'

export interface View {
  q: string
  sort: string
  window: Window
}

export interface Snap {
  type: 'snap'
  sub: Topic
  seq: number
  total: number
  window: Window
  items: unknown[]
}

export interface Delta {
  type: 'delta'
  sub: Topic
  seq: number
  total: number
  window: Window
  items: unknown[]
  order?: string[]
}

export interface Hello {
  type: 'hello'
  now: string | number
  speed: number
  zone: string
  version: string
}

export type Frame = Snap | Delta | Hello | { type: 'resync'; sub?: Topic } | { type: 'error'; sub?: Topic; problem: Problem }

/** A WebSocket as far as we use it; tests pass their own. */
export interface Socket {
  onopen: ((event: Event) => void) | null
  onmessage: ((event: MessageEvent<string>) => void) | null
  onclose: ((event: CloseEvent) => void) | null
  send(text: string): void
  close(): void
}

export interface Listener {
  view: View
  frame(frame: Snap | Delta): void
  refused(problem: Problem): void
}

const PAUSES = [500, 1000, 2000, 5000, 10_000]
const ROWS: readonly Topic[] = ['cabinets', 'faults', 'tickets']

export class Live {
  onHello: (hello: Hello) => void = () => {}
  onState: (open: boolean) => void = () => {}
  private socket: Socket | null = null
  private listeners = new Map<Topic, Listener>()
  private seqs = new Map<Topic, number>()
  private attempt = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private open = false
  private hidden = false

  constructor(private connect: () => Socket) {}

  start(): void {
    clearTimeout(this.timer)
    if (this.socket) return
    const socket = this.connect()
    this.socket = socket
    socket.onopen = () => this.opened()
    socket.onmessage = (event) => this.take(JSON.parse(event.data) as Frame)
    socket.onclose = () => this.lost()
  }

  stop(): void {
    clearTimeout(this.timer)
    const socket = this.socket
    this.socket = null
    this.open = false
    if (socket) {
      socket.onclose = null
      socket.close()
    }
  }

  /** Watch `topic` through `listener.view`; a topic has one watcher, a new one takes over. */
  watch(topic: Topic, listener: Listener): () => void {
    this.listeners.set(topic, listener)
    this.ask(topic)
    return () => {
      if (this.listeners.get(topic) === listener) this.listeners.delete(topic)
    }
  }

  /** Look at something else (another search, order or window) of a watched topic. */
  move(topic: Topic, view: View): void {
    const listener = this.listeners.get(topic)
    if (!listener) return
    listener.view = view
    this.ask(topic)
  }

  /** A hidden tab is told of counters only. */
  hide(hidden: boolean): void {
    if (hidden === this.hidden) return
    this.hidden = hidden
    if (!hidden) for (const topic of this.listeners.keys()) this.ask(topic)
  }

  private opened(): void {
    this.attempt = 0
    this.open = true
    this.onState(true)
    for (const topic of this.listeners.keys()) this.ask(topic)
  }

  private lost(): void {
    this.socket = null
    this.open = false
    this.onState(false)
    const pause = PAUSES[Math.min(this.attempt++, PAUSES.length - 1)] ?? 10_000
    this.timer = setTimeout(() => this.start(), pause)
  }

  private ask(topic: Topic): void {
    const listener = this.listeners.get(topic)
    if (!listener || !this.open) return
    this.seqs.delete(topic)
    this.socket?.send(JSON.stringify({ sub: topic, ...listener.view }))
  }

  private take(frame: Frame): void {
    if (frame.type === 'hello') this.onHello(frame)
    else if (frame.type === 'resync') this.again(frame.sub)
    else if (frame.type === 'error') this.refuse(frame.sub, frame.problem)
    else this.rows(frame)
  }

  private rows(frame: Snap | Delta): void {
    const listener = this.listeners.get(frame.sub)
    if (!listener || (this.hidden && ROWS.includes(frame.sub))) return
    const last = this.seqs.get(frame.sub)
    if (frame.type === 'delta') {
      if (last === undefined) return
      if (frame.seq !== last + 1) return this.ask(frame.sub)
    }
    this.seqs.set(frame.sub, frame.seq)
    listener.frame(frame)
  }

  private again(topic?: Topic): void {
    for (const each of topic ? [topic] : this.listeners.keys()) this.ask(each)
  }

  private refuse(topic: Topic | undefined, problem: Problem): void {
    for (const [each, listener] of this.listeners) if (!topic || topic === each) listener.refused(problem)
  }
}

/** The rows of one window, kept up to date; order waits while somebody points at it. */
export class Rows<T extends { id: string }> {
  items = new Map<string, T>()
  order: string[] = []
  start = 0
  total = 0
  waiting: string[] | null = null

  /** Take a frame. While `held`, rows keep their places: values change, a new order waits in `waiting`. */
  take(frame: Snap | Delta, held: boolean): void {
    const rows = frame.items as T[]
    if (frame.type === 'snap') {
      this.items = new Map(rows.map((row) => [row.id, row]))
      this.order = rows.map((row) => row.id)
      this.start = frame.window[0]
      this.waiting = null
    } else {
      for (const row of rows) this.items.set(row.id, row)
      if (frame.order) this.reorder(frame.order, held)
    }
    this.total = frame.total
  }

  /** How many rows of the waiting order are not on show. */
  fresh(): number {
    const shown = new Set(this.order)
    return this.waiting ? this.waiting.filter((id) => !shown.has(id)).length : 0
  }

  /** Let the waiting order in. */
  release(): void {
    if (this.waiting) this.reorder(this.waiting, false)
  }

  at(index: number): T | undefined {
    const id = this.order[index - this.start]
    return id === undefined ? undefined : this.items.get(id)
  }

  private reorder(order: string[], held: boolean): void {
    if (held) {
      this.waiting = order
      return
    }
    this.order = order
    this.waiting = null
    const kept = new Set(order)
    for (const id of this.items.keys()) if (!kept.has(id)) this.items.delete(id)
  }
}
