/** The words of the page of one's own account. Apart from the dictionary, so that the phone need not load them. */
import { account as en } from './en.account.ts'
import { lang } from './language.svelte.ts'
import { account as zh } from './zh.account.ts'

export const own = {
  get t(): typeof en {
    return lang.code === 'zh' ? zh : en
  },
}
