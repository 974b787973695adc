/** Colours: as the system says, or as chosen here. */

export const THEMES = ['auto', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]
const KEY = 'vendwatch.theme'

function kept(): Theme {
  const value = localStorage.getItem(KEY)
  return THEMES.find((theme) => theme === value) ?? 'auto'
}

class Colours {
  theme = $state<Theme>(kept())

  constructor() {
    this.apply()
  }

  next(): void {
    this.theme = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length] ?? 'auto'
    localStorage.setItem(KEY, this.theme)
    this.apply()
  }

  private apply(): void {
    document.documentElement.dataset.theme = this.theme
  }
}

export const colours = new Colours()
