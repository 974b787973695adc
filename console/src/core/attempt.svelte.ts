/** Something that may be refused, one try at a time: whether it is under way, and why the last try failed. */
export class Attempt {
  busy = $state(false)
  error = $state.raw<unknown>(null)

  /** Try it, unless a try is under way; then `after`, whatever came of it. Answers whether it went well. */
  async run(what: () => unknown, after?: () => unknown): Promise<boolean> {
    if (this.busy) return false
    this.busy = true
    try {
      const well = await this.ends(what)
      await after?.()
      return well
    } finally {
      this.busy = false
    }
  }

  private async ends(what: () => unknown): Promise<boolean> {
    try {
      await what()
      this.error = null
    } catch (refusal) {
      this.error = refusal
    }
    return this.error === null
  }
}
