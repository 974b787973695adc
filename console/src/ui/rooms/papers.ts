/** Documents that a form may name. */
import { get, query } from '../../core/api.ts'
import type { Ask } from '../../core/ask.ts'
import { session } from '../../core/session.svelte.ts'
import type { Paper } from '../../core/types.proof.ts'
import type { Page } from '../../core/types.ts'
import { lang } from '../../i18n/language.svelte.ts'
import { told } from '../../i18n/rooms.ts'

/** Those in force now. */
export const current = (papers: Paper[]) => papers.filter((each) => !each.ended && !each.superseded_by && Date.parse(each.from) <= session.now && (!each.until || session.now < Date.parse(each.until)))

/** The reply templates and guides in force. */
export async function sendable(): Promise<Paper[]> {
  return current((await get<Page<Paper>>(`/documents${query({ q: 'kind:reply_template,guide', limit: 500 })}`)).items)
}

/** What of them a contact that goes out may name; nothing where there are none. */
export function naming(papers: Paper[]): Ask[] {
  const t = told.t.papers
  const of = (kind: string) => papers.filter((each) => each.kind === kind).map((each): [string, string] => [each.id, t.named(each.title, lang.number(each.edition))])
  const asks = ([['template', t.template, of('reply_template')], ['guide', t.guide, of('guide')]] as const).map(([name, label, options]) => ({ name, label, as: 'choice', options }) satisfies Ask)
  return asks.filter(({ options }) => options.length)
}
