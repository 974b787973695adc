/** The words of a ticket's files. Apart from the dictionary, so that the phone need not load them. */
import { files as en } from './en.files.ts'
import { lang } from './language.svelte.ts'
import { files as zh } from './zh.files.ts'

export const filed = {
  get t(): typeof en {
    return lang.code === 'zh' ? zh : en
  },
}
