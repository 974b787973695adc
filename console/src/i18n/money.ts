/** Cents as the reader writes yuan. */
import { lang } from './language.svelte.ts'

export const yuan = (cents: number | null | undefined) => (cents === null || cents === undefined ? lang.t.none : `¥ ${lang.number(cents / 100, 2)}`)
