import { describe, expect, it } from 'vitest'
import { asked } from './asked.ts'

const at = '2026-11-22T04:00:00.000+00:00'

describe('what was asked of a cabinet', () => {
  const line = (note: string | null) => ({ at, note })
  it('is told by the timeline, command by command', () => {
    const found = asked([
      line('remote_check air_c=9'), line(null), line('command_sent command=C-1 name=self_test'),
      line('command_sent command=C-2 name=reboot'), line('command_failed command=C-1 name=self_test detail=not_ok:_compressor'),
      line('command_done command=C-2 name=reboot late=true'), line('command_observed command=C-2 name=reboot boot=12 matches=true'),
    ])
    expect(found.map((each) => each.id)).toEqual(['C-2', 'C-1'])
    expect(found[0]).toMatchObject({ state: 'done', late: true, seen: ['boot=12'], matches: true })
    expect(found[1]).toMatchObject({ state: 'failed', detail: 'not ok: compressor', seen: null, matches: null })
  })
  it('is no person’s comment', () => {
    expect(asked([line('command the cabinet to reboot')])).toEqual([])
  })
})
