/** Keys that work anywhere but in a field. Single keys can be switched off (WCAG 2.1.4). */
import { route } from '../core/route.svelte.ts'

interface Page {
  search(): void
  key(name: string): boolean
}

const KEY = 'vendwatch.shortcuts'
const PLACES: Record<string, string> = { c: '/', f: '/faults', t: '/tickets', v: '/visits', p: '/platform' }
const LEADER_MS = 900

class Shortcuts {
  private current: Page | null = null
  private leader = 0
  on = localStorage.getItem(KEY) !== 'off'

  set(on: boolean): void {
    this.on = on
    localStorage.setItem(KEY, on ? 'on' : 'off')
  }

  /** The page on show; returns what takes it away. */
  page(page: Page): () => void {
    this.current = page
    return () => {
      if (this.current === page) this.current = null
    }
  }

  /** Take a key press; `help` shows the cheat sheet. */
  take(event: KeyboardEvent, help: () => void): void {
    if (!this.on || event.ctrlKey || event.metaKey || event.altKey || editable(event.target)) return
    if (this.run(event, help)) event.preventDefault()
  }

  private run(event: KeyboardEvent, help: () => void): boolean {
    const led = event.timeStamp - this.leader < LEADER_MS
    this.leader = 0
    const place = PLACES[event.key]
    if (led && place) return (route.go(place), true)
    if (event.key === 'g') return ((this.leader = event.timeStamp), true)
    if (event.key === '?') return (help(), true)
    if (event.key === '/' && this.current) return (this.current.search(), true)
    const ours = event.key === 'j' || event.key === 'k'
    return ours && this.current !== null && this.current.key(event.key)
  }
}

function editable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName))
}

export const shortcuts = new Shortcuts()
