/** The words of the pages that prove, and formats of theirs. Apart from the dictionary, so that the phone need not load them. */
import { lang } from './language.svelte.ts'
import { proving as en } from './en.proof.ts'
import { proving as zh } from './zh.proof.ts'

const DAY: Intl.DateTimeFormatOptions = { day: '2-digit', month: '2-digit', year: 'numeric' }

export const say = {
  get t(): typeof en {
    return lang.code === 'zh' ? zh : en
  },

  /** A share 0…1 as per cent. */
  share(value: number | null | undefined, digits = 1): string {
    return value === null || value === undefined ? say.t.none : `${lang.number(value * 100, Number.isInteger(value * 100) ? 0 : digits)} %`
  },

  money(cents: number): string {
    return new Intl.NumberFormat(lang.t.code, { style: 'currency', currency: 'CNY', currencyDisplay: 'narrowSymbol' }).format(cents / 100)
  },

  /** A day with its year, in the policy's zone. */
  day(at: string | number | null | undefined): string {
    if (at === null || at === undefined) return say.t.none
    const style: Intl.DateTimeFormatOptions = { ...DAY, month: lang.code === 'zh' ? '2-digit' : 'short', timeZone: lang.zone }
    return new Intl.DateTimeFormat(lang.code === 'zh' ? 'zh-CN' : 'en-GB', style).format(new Date(at)).replaceAll('/', '-')
  },

  /** The last day of something that ends at `at`: the midnight that ends a day is that day's. */
  through(at: string | null | undefined): string {
    return at ? say.day(Date.parse(at) - 1) : say.t.none
  },

  /** `2026-10` as people write it. */
  month(name: string): string {
    return new Intl.DateTimeFormat(lang.code === 'zh' ? 'zh-CN' : 'en-GB', { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(`${name}-01T00:00Z`))
  },

  /** A number, or a dash. */
  n(value: number | null | undefined, digits = 0): string {
    return value === null || value === undefined ? say.t.none : lang.number(value, digits)
  },

  /** A figure of an indicator in its unit. */
  figure(unit: 'share' | 'score', value: number | null): string {
    return unit === 'share' ? say.share(value) : say.n(value, 2)
  },
}
