/** Which rows of a long list to hold: arithmetic only, so that a list of 100,000 rows costs what 60 do. */

export type Window = readonly [number, number]

/**
 * The window [a, b) to subscribe to: the visible rows with `margin` more on each side, snapped to `step`
 * so that scrolling a few rows asks for nothing new. Empty lists get the first step.
 */
export function windowFor(top: number, height: number, row: number, total: number, margin = 20, step = 20): Window {
  const first = Math.max(0, Math.floor(top / row) - margin)
  const last = Math.ceil((top + height) / row) + margin
  const a = Math.floor(first / step) * step
  const b = Math.max(a + step, Math.ceil(last / step) * step)
  return total > 0 ? [Math.min(a, Math.floor((total - 1) / step) * step), b] : [0, b]
}

/** Scroll position that shows row `index` whole, given the sticky header's height; unchanged when it already is. */
export function reveal(top: number, height: number, row: number, header: number, index: number): number {
  const start = index * row
  if (start < top) return start
  const room = height - header
  return start + row > top + room ? start + row - room : top
}
