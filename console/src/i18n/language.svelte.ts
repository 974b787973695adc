/** The reader's language: the browser's at first, then what was chosen here; with the formats that go with it. */
import { en, type Messages } from './en.ts'
import { zh } from './zh.ts'
import { spanText } from '../core/time.ts'
import { isMidnight, offset } from '../core/zone.ts'

type Code = 'zh' | 'en'
const KEY = 'vendwatch.language'
const formats = new Map<string, Intl.DateTimeFormat>()

function chosen(): Code {
  const kept = localStorage.getItem(KEY)
  if (kept === 'zh' || kept === 'en') return kept
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

class Language {
  code = $state<Code>(chosen())
  /** The policy's time zone (IANA name), in which all times are shown; the server names it. */
  zone = $state('Asia/Shanghai')
  /** About now, by the server; 0: not told yet. What lies in another year is shown with it. */
  now = $state(0)

  get t(): Messages {
    return this.code === 'zh' ? zh : en
  }

  switch(): void {
    this.code = this.code === 'zh' ? 'en' : 'zh'
    localStorage.setItem(KEY, this.code)
  }

  number(value: number, digits = 0): string {
    return new Intl.NumberFormat(this.t.code, { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value)
  }

  /** A duration in ms in words. */
  span(ms: number): string {
    return spanText(ms, this.t.units)
  }

  /** Date and time, 24 hours, to the minute (or second). */
  time(at: string | number | null | undefined, seconds = false): string {
    if (at === null || at === undefined) return this.t.none
    const style: Intl.DateTimeFormatOptions = { ...this.dateOf(at), hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
    if (seconds) style.second = '2-digit'
    return this.format(style).format(new Date(at)).replace(',', '')
  }

  /** When something falls due; the midnight that ends a day is that day's 24:00. */
  due(at: string): string {
    const ms = Date.parse(at)
    return isMidnight(ms, this.zone) ? `${this.day(ms - 1)} 24:00` : this.time(ms)
  }

  /** The day alone. */
  day(at: number): string {
    return this.format(this.dateOf(at)).format(at)
  }

  /** The hour and minute alone. */
  hour(at: number): string {
    return this.format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)
  }

  /** The zone in which all times are shown, as its distance from UTC: `UTC+8`. */
  get utc(): string {
    const minutes = Math.round(offset(Date.now(), this.zone) / 60_000)
    const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
    return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`
  }

  private dateOf(at: string | number): Intl.DateTimeFormatOptions {
    const year = this.format({ year: 'numeric' })
    const far = this.now > 0 && year.format(new Date(at)) !== year.format(this.now)
    return { day: '2-digit', month: this.code === 'zh' ? '2-digit' : 'short', ...(far ? { year: 'numeric' } : {}) }
  }

  /** Formats are kept: making one costs more than a hundred uses of it. */
  private format(style: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = [this.code, this.zone, ...Object.entries(style)].join()
    let made = formats.get(key)
    if (!made) formats.set(key, (made = new Intl.DateTimeFormat(this.code === 'zh' ? 'zh-CN' : 'en-GB', { ...style, timeZone: this.zone })))
    return made
  }

  /** The text of a catalogue row that carries both languages. */
  pick(row: { en?: string; zh?: string } | undefined, fallback: string): string {
    return (this.code === 'zh' ? row?.zh : row?.en) ?? fallback
  }
}

export const lang = new Language()
