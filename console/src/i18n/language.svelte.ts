/** The reader's language: the browser's at first, then what was chosen here; with the formats that go with it. */
import { en, type Messages } from './en.ts'
import { zh } from './zh.ts'
import { spanText } from '../core/time.ts'

type Code = 'zh' | 'en'
const KEY = 'vendwatch.language'

function chosen(): Code {
  const kept = localStorage.getItem(KEY)
  if (kept === 'zh' || kept === 'en') return kept
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

class Language {
  code = $state<Code>(chosen())

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
    const style: Intl.DateTimeFormatOptions = { day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
    style.month = this.code === 'zh' ? '2-digit' : 'short'
    if (seconds) style.second = '2-digit'
    return new Intl.DateTimeFormat(this.code === 'zh' ? 'zh-CN' : 'en-GB', style).format(new Date(at)).replace(',', '')
  }

  /** The day alone. */
  day(at: number): string {
    const style: Intl.DateTimeFormatOptions = { day: '2-digit', month: this.code === 'zh' ? '2-digit' : 'short' }
    return new Intl.DateTimeFormat(this.code === 'zh' ? 'zh-CN' : 'en-GB', style).format(at)
  }

  /** The hour and minute alone. */
  hour(at: number): string {
    return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)
  }

  /** The text of a catalogue row that carries both languages. */
  pick(row: { en?: string; zh?: string } | undefined, fallback: string): string {
    return (this.code === 'zh' ? row?.zh : row?.en) ?? fallback
  }
}

export const lang = new Language()
