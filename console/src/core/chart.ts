/** Readings made ready for drawing: aligned columns with honest holes. Arithmetic only. */
import type { Series } from './types.ts'

export type Column = (number | null | undefined)[]

/** Silence longer than this many usual steps is drawn as a hole, never bridged by a line. */
const HOLE_STEPS = 4

/** Times at which a hole begins: right after a reading that is followed by too long a silence. */
function holes(ts: readonly number[]): number[] {
  if (ts.length < 3) return []
  const steps = ts.slice(1).map((t, i) => t - (ts[i] ?? t))
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0
  return steps.flatMap((step, i) => (step > HOLE_STEPS * Math.max(usual, 1) ? [(ts[i] ?? 0) + 1] : []))
}

/**
 * Several series on one time axis: [times (ms), one column per series]. `undefined` where a series has no reading at
 * a time of another (the line goes on), null where it fell silent (the line breaks).
 */
export function align(series: readonly Series[]): [number[], ...Column[]] {
  const maps = series.map((each) => {
    const map = new Map<number, number | null>(each.points.map(([ts, , mean]) => [ts, mean]))
    for (const at of holes(each.points.map(([ts]) => ts))) map.set(at, null)
    return map
  })
  const times = [...new Set(maps.flatMap((map) => [...map.keys()]))].sort((a, b) => a - b)
  return [times, ...maps.map((map) => times.map((t) => map.get(t)))]
}

/** At most `rows` evenly spaced rows of the aligned columns, for reading as a table; each value the last one known. */
export function sampled(data: readonly [number[], ...Column[]], rows: number): { at: number; values: (number | null)[] }[] {
  const [times, ...columns] = data
  const last: (number | null)[] = columns.map(() => null)
  const stride = Math.max(1, Math.ceil(times.length / rows))
  return times.flatMap((at, i) => {
    columns.forEach((column, c) => {
      const value = column[i]
      if (value !== undefined) last[c] = value
    })
    return i % stride === 0 || i === times.length - 1 ? [{ at, values: [...last] }] : []
  })
}
