/** The words of contacts, day plans, parts, rosters and public pages. Apart from the dictionary, so that the phone need not load them. */
import { plans as en } from './en.plans.ts'
import { lang } from './language.svelte.ts'
import { plans as zh } from './zh.plans.ts'

export const planned = {
  get t(): typeof en {
    return lang.code === 'zh' ? zh : en
  },
}
