/** What the list of each register shows of an entry: columns and their texts. */
import type { Entry } from '../../core/entry.ts'
import { lang } from '../../i18n/language.svelte.ts'
import { say } from '../../i18n/proof.ts'
import { hours } from './state.ts'
import type { Table } from './registers.ts'

type Cell = (entry: Entry, name: (id: string) => string) => string

const text = (value: unknown) => (value === null || value === undefined || value === '' ? say.t.none : String(value))
const plain = (key: string): Cell => (entry) => text(entry[key])
const day = (key: string): Cell => (entry) => say.day(entry[key] as string | null)
const through = (key: string): Cell => (entry) => say.through(entry[key] as string | null)
const date = (value: unknown) => (value ? say.day(`${String(value)}T12:00:00Z`) : say.t.registers.without)
const person: Cell = (entry, name) => name(String(entry.person))
const score = (key: string): Cell => (entry) => say.n(entry[key] as number | null, Number.isInteger(entry[key]) ? 0 : 1)

/** [column, text]; the first is the one that opens the entry. */
export const CELLS: Record<Table, [string, Cell][]> = {
  staff: [['name', plain('name')], ['role', (e) => say.t.registers.roles[String(e.role)] ?? text(e.role)], ['technician', (e, name) => (e.technician ? name(String(e.technician)) : say.t.none)], ['account', plain('account')]],
  certificates: [['person', person], ['skill', plain('skill')], ['number', plain('number')], ['issuer', plain('issuer')], ['issued', day('issued')], ['expires', through('expires')]],
  trainings: [['person', person], ['course', plain('course')], ['planned', day('planned')], ['done', day('done')], ['pre', score('pre')], ['post', score('post')], ['until', through('until')]],
  rosters: [['person', person], ['channel', (e) => say.t.registers.channels[String(e.channel)] ?? text(e.channel)], ['windows', (e) => hours(e.windows as Record<string, string[]>)], ['from', (e) => date(e.from)], ['to', (e) => date(e.to)]],
  documents: [
    ['title', plain('title')], ['kind', (e, name) => name(String(e.kind))], ['edition', (e) => lang.number(Number(e.edition))], ['owner', plain('owner')], ['from', day('from')], ['to', through('until')],
  ],
}
