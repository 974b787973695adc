/** The words of the page of the standards. Apart from the dictionary, so that the phone need not load them. */
import { standards as en } from './en.standards.ts'
import { lang } from './language.svelte.ts'
import { standards as zh } from './zh.standards.ts'

export const stated = {
  get t(): typeof en {
    return lang.code === 'zh' ? zh : en
  },
}
