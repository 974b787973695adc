/** Severities, worst first, with the letter that stands beside the shape. */
import type { Severity } from './types.ts'

export const SEVERITIES: readonly Severity[] = ['critical', 'major', 'minor', 'warning']
export const LETTER: Record<Severity, string> = { critical: 'P1', major: 'P2', minor: 'P3', warning: 'P4' }
