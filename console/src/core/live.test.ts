import { describe, expect, it, vi } from 'vitest'
import { Live, Rows, type Delta, type Frame, type Snap, type Socket } from './live.ts'

class Wire implements Socket {
  onopen: ((event: Event) => void) | null = null
  onmessage: ((event: MessageEvent<string>) => void) | null = null
  onclose: ((event: CloseEvent) => void) | null = null
  sent: unknown[] = []
  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }
  close(): void {}
  open(): void {
    this.onopen?.(new Event('open'))
  }
  say(frame: Frame): void {
    this.onmessage?.(new MessageEvent('message', { data: JSON.stringify(frame) }))
  }
}

const snap = (seq: number, ids: string[], total = ids.length): Snap => ({
  type: 'snap', sub: 'cabinets', seq, total, window: [0, 20], items: ids.map((id) => ({ id, v: 0 })),
})
const delta = (seq: number, items: { id: string; v: number }[], order?: string[]): Delta => ({
  type: 'delta', sub: 'cabinets', seq, total: 9, window: [0, 20], items, ...(order ? { order } : {}),
})

function watched() {
  const wire = new Wire()
  const live = new Live(() => wire)
  const frame = vi.fn()
  const refused = vi.fn()
  live.start()
  live.watch('cabinets', { view: { q: '', sort: 'id', window: [0, 20] }, frame, refused })
  return { wire, live, frame, refused }
}

describe('Live', () => {
  it('asks when the connection opens, and again when the view moves', () => {
    const { wire, live } = watched()
    expect(wire.sent).toEqual([])
    wire.open()
    live.move('cabinets', { q: 'status:offline', sort: 'id', window: [40, 60] })
    expect(wire.sent).toEqual([
      { sub: 'cabinets', q: '', sort: 'id', window: [0, 20] },
      { sub: 'cabinets', q: 'status:offline', sort: 'id', window: [40, 60] },
    ])
  })

  it('asks from scratch when a sequence number is missing, and drops what comes before the answer', () => {
    const { wire, frame } = watched()
    wire.open()
    wire.say(snap(1, ['A']))
    wire.say(delta(2, [{ id: 'A', v: 1 }]))
    wire.say(delta(4, [{ id: 'A', v: 3 }]))
    wire.say(delta(5, [{ id: 'A', v: 4 }]))
    expect(frame).toHaveBeenCalledTimes(2)
    expect(wire.sent).toHaveLength(2)
  })

  it('asks again on resync and hands refusals over', () => {
    const { wire, refused } = watched()
    wire.open()
    wire.say({ type: 'resync' })
    wire.say({ type: 'error', problem: { title: 'bad query', status: 422 } })
    expect(wire.sent).toHaveLength(2)
    expect(refused).toHaveBeenCalledWith({ title: 'bad query', status: 422 })
  })

  it('comes back after a lost connection', () => {
    vi.useFakeTimers()
    const wires: Wire[] = []
    const states: boolean[] = []
    const live = new Live(() => {
      const wire = new Wire()
      wires.push(wire)
      return wire
    })
    live.onState = (open) => states.push(open)
    live.start()
    wires[0]?.open()
    wires[0]?.onclose?.(new Event('close') as CloseEvent) // Node knows no CloseEvent before 23
    vi.advanceTimersByTime(500)
    wires[1]?.open()
    expect(states).toEqual([true, false, true])
    vi.useRealTimers()
  })

  it('tells a hidden tab nothing of rows, and asks again when it is shown', () => {
    const { wire, live, frame } = watched()
    wire.open()
    live.hide(true)
    wire.say(snap(1, ['A']))
    expect(frame).not.toHaveBeenCalled()
    live.hide(false)
    expect(wire.sent).toHaveLength(2)
  })
})

describe('Rows', () => {
  it('updates values in place and keeps the order while held', () => {
    const rows = new Rows<{ id: string; v: number }>()
    rows.take(snap(1, ['A', 'B']), false)
    rows.take(delta(2, [{ id: 'B', v: 7 }, { id: 'C', v: 1 }], ['C', 'A', 'B']), true)
    expect(rows.order).toEqual(['A', 'B'])
    expect(rows.at(1)).toEqual({ id: 'B', v: 7 })
    expect(rows.fresh()).toBe(1)
    rows.release()
    expect(rows.order).toEqual(['C', 'A', 'B'])
    expect(rows.total).toBe(9)
  })

  it('answers by absolute index', () => {
    const rows = new Rows<{ id: string; v: number }>()
    rows.take({ ...snap(1, ['A', 'B'], 100_000), window: [40, 60] }, false)
    expect(rows.at(41)?.id).toBe('B')
    expect(rows.at(0)).toBeUndefined()
  })
})
