/** Severities, worst first, with the letter that stands beside the shape; a warning is no alarm and has none. */
import type { Severity } from './types.ts'

export const SEVERITIES: readonly Severity[] = ['critical', 'major', 'minor', 'warning']
export const ALARMS: readonly Severity[] = ['critical', 'major', 'minor']
export const LETTER: Record<Severity, string> = { critical: 'P1', major: 'P2', minor: 'P3', warning: '' }
