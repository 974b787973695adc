/** The words of problems, knowledge, channels, money and messages. Apart from the dictionary, so that the phone need not load them. */
import { rooms as en } from './en.rooms.pages.ts'
import { lang } from './language.svelte.ts'
import { rooms as zh } from './zh.rooms.pages.ts'

export const told = {
  get t(): typeof en {
    return lang.code === 'zh' ? zh : en
  },
}
