/** Signals: unit, label, and the band in which a reading calls for nobody. */
import table from './signals.json'
import type { Latest } from './types.ts'

interface Signal {
  unit: string
  low: number
  high: number
  en: string
  zh: string
}

export type Band = readonly [number, number]

export const SIGNALS: Record<string, Signal> = table
const FLAGS = new Set(['comp_on', 'defrost_on', 'door_open', 'lock_closed', 'payment_ok', 'camera_ok', 'mdb_ok', 'light_on'])

/** Figures of makers and of the trade: mains 220 V −10/+7 %, payment below 98.5 %, radio below −100 dBm, ≤ 75 %RH. */
const NORMAL: Record<string, Band> = {
  cond_c: [-40, 65],
  ambient_c: [5, 35],
  humidity_pct: [0, 75],
  mains_v: [198, 235.4],
  battery_pct: [20, 100],
  rsrp_dbm: [-100, -20],
  payment_success_pct: [98.5, 100],
  camera_c: [-20, 70],
  payment_ok: [1, 1],
  camera_ok: [1, 1],
  mdb_ok: [1, 1],
}

/** How far the air may stand from its set point: controllers' usual differential of 3 K. */
const AIR_BAND = 3

export function isFlag(name: string): boolean {
  return FLAGS.has(name)
}

/** The normal band of a signal on this cabinet, null when the trade names none. */
export function normal(name: string, latest: Record<string, Latest>): Band | null {
  const set = latest.set_c?.value
  if ((name === 'air_c' || name === 'product_c') && set !== undefined) return [set - AIR_BAND, set + AIR_BAND]
  return NORMAL[name] ?? null
}

export function digits(unit: string): number {
  return unit === '°C' || unit === 'A' ? 1 : 0
}
