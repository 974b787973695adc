/** The ways in which people reach us, or we them; telemetry is no contact. */
import { lang } from '../../i18n/language.svelte.ts'

export function channels(): Record<string, string> {
  const { telemetry: _, ...people } = lang.t.channel as Record<string, string>
  return { ...people, ...lang.t.desk.contacts.extra }
}
