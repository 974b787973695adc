/** Who is signed in, what the role may do, and what the whole program shares: product time, fault kinds, the socket. */
import { get, post, Refusal, remove } from './api.ts'
import { sites, technicians } from './books.svelte.ts'
import { Live, type Hello } from './live.ts'
import roles from './roles.json'
import { ProductTime } from './time.ts'
import type { Kind, Me, Page } from './types.ts'
import { lang } from '../i18n/language.svelte.ts'

const SOCKET = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/live`
const TIME_EVERY = 15_000

/** What the server says of time: product time, product ms per real ms, the policy's time zone. */
type Told = Pick<Hello, 'now' | 'speed' | 'zone'>

class Session {
  me = $state<Me | null>(null)
  started = $state(false)
  /** Product time in ms, ticking once a second. */
  now = $state(0)
  speed = $state(1)
  connected = $state(false)
  everConnected = $state(false)
  /** Product time of the newest data we were told. */
  dataAt = $state(0)
  version = $state('')
  outdated = $state(false)
  kinds = $state<Record<string, Kind>>({})

  private clock = new ProductTime()
  readonly live = new Live(() => new WebSocket(SOCKET))

  constructor() {
    this.live.onHello = (hello) => this.hello(hello)
    this.live.onState = (open) => this.state(open)
  }

  may(permission: keyof typeof roles): boolean {
    return this.me !== null && roles[permission].includes(this.me.role)
  }

  get name(): string {
    return this.me?.name ?? this.me?.username ?? this.me?.id ?? ''
  }

  /** Ask who we are; a refusal of 401 means nobody. Other errors are thrown. */
  async start(): Promise<void> {
    try {
      this.me = await get<Me>('/me')
      await this.enter()
    } catch (error) {
      if (!(error instanceof Refusal && error.status === 401)) throw error
      this.me = null
    } finally {
      this.started = true
    }
  }

  /** `code`: of the second factor, once it was asked for. */
  async signIn(username: string, password: string, code = ''): Promise<void> {
    await post('/session', { username, password, ...(code ? { code } : {}) })
    await this.start()
  }

  async signOut(): Promise<void> {
    await remove('/session')
    this.live.stop()
    this.me = null
  }

  /** The session ended behind our back. */
  lost(): void {
    this.live.stop()
    this.me = null
  }

  tick(): void {
    if (this.clock.known) this.now = this.clock.now()
    if (this.connected) this.dataAt = this.now
  }

  async readTime(): Promise<void> {
    this.setTime(await get<Told>('/time'))
  }

  private async enter(): Promise<void> {
    const names = [sites.load(), ...(this.may('technician.read') ? [technicians.load()] : [])]
    const [kinds] = await Promise.all([get<Page<Kind>>('/faults/kinds'), this.readTime(), Promise.allSettled(names)]) // without names: ids
    this.kinds = Object.fromEntries(kinds.items.map((kind) => [kind.name, kind]))
  }

  private hello(hello: Hello): void {
    this.setTime(hello)
    if (this.version && hello.version !== this.version) this.outdated = true
    this.version = hello.version
  }

  private setTime({ now, speed, zone }: Told): void {
    lang.zone = zone
    this.clock.set(now, speed)
    lang.now = this.clock.now()
    this.speed = speed
    this.tick()
  }

  private state(open: boolean): void {
    this.connected = open
    if (open) this.everConnected = true
  }
}

export const session = new Session()

/** Keep product time ticking and honest; returns what stops it. */
export function keepTime(): () => void {
  const tick = setInterval(() => session.tick(), 1000)
  const read = setInterval(() => {
    if (!document.hidden) session.readTime().catch(() => undefined) // the socket's state already says we are cut off
  }, TIME_EVERY)
  return () => {
    clearInterval(tick)
    clearInterval(read)
  }
}
