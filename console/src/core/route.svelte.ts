/** Where we are: path and search of the address bar, as state. A link shows the same thing to everybody. */

/** Whether a path belongs to the technician's phone page; `/technicians` does not. */
export function isPhone(path: string): boolean {
  return /^\/tech(\/|$)/.test(path)
}

class Route {
  path = $state(location.pathname)
  search = $state(location.search)

  constructor() {
    addEventListener('popstate', () => this.read())
  }

  get parts(): string[] {
    return this.path.split('/').filter(Boolean).map(decodeURIComponent)
  }

  param(name: string): string {
    return new URLSearchParams(this.search).get(name) ?? ''
  }

  go(href: string): void {
    history.pushState(null, '', href)
    this.read()
    scrollTo(0, 0)
  }

  /** Change parameters in place; an empty value removes one. */
  set(values: Record<string, string>): void {
    const params = new URLSearchParams(this.search)
    for (const [key, value] of Object.entries(values)) {
      if (value) params.set(key, value)
      else params.delete(key)
    }
    const text = params.toString()
    history.replaceState(null, '', this.path + (text ? `?${text}` : ''))
    this.search = location.search
  }

  /** Follow plain clicks on links of ours without leaving the page. */
  intercept(event: MouseEvent): void {
    const link = (event.target as Element | null)?.closest?.('a')
    const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0
    if (!link || modified || event.defaultPrevented || link.target || link.origin !== location.origin) return
    if (link.pathname.startsWith('/api') || isPhone(link.pathname) || link.hash) return
    event.preventDefault()
    this.go(link.pathname + link.search)
  }

  private read(): void {
    this.path = location.pathname
    this.search = location.search
  }
}

export const route = new Route()

export const hrefs = {
  cabinet: (id: string) => `/cabinets/${encodeURIComponent(id)}`,
  fault: (id: string) => `/faults/${encodeURIComponent(id)}`,
  paper: (id: string) => `/registers/documents?entry=${encodeURIComponent(id)}`,
  problem: (id: string) => `/problems/${encodeURIComponent(id)}`,
  recall: (id: string) => `/recalls/${encodeURIComponent(id)}`,
  ticket: (id: string) => `/tickets/${encodeURIComponent(id)}`,
}
