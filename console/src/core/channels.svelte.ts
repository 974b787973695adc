/** The channels to customers and what is out of order, kept for the frame of every page and for the panel that changes it. */
import { get } from './api.ts'
import type { Channel } from './types.rooms.ts'

const EVERY = 60_000

class Channels {
  items = $state.raw<Channel[]>([])

  get down(): Channel[] {
    return this.items.filter(({ outage }) => outage)
  }

  async load(): Promise<void> {
    this.items = (await get<{ items: Channel[] }>('/channels')).items
  }

  /** Keep them fresh; answers what stops it. What cannot be read stays as it was. */
  start(): () => void {
    const look = () => void this.load().catch(() => undefined)
    look()
    const timer = setInterval(() => {
      if (!document.hidden) look()
    }, EVERY)
    return () => clearInterval(timer)
  }
}

export const channels = new Channels()
