/** The product's own vocabulary in English: states, kinds, signals' companions, by the codes that the API uses. */

type Words = Record<string, string>
export const words = <T extends Words>(table: T): Words => table

export const vocabulary = {
  severity: words({ critical: 'Critical', major: 'Major', minor: 'Minor', warning: 'Warning' }),
  status: words({ online: 'Online', offline: 'Offline', unknown: 'Unknown' }),
  faultState: words({
    pending: 'Pending', active: 'Active', clearing: 'Clearing', cleared: 'Cleared', flapping: 'Flapping',
    suppressed: 'Suppressed', stale: 'Stale',
  }),
  ticketState: words({
    new: 'New', triaged: 'Triaged', remote: 'Remote check', dispatching: 'Dispatching', scheduled: 'Scheduled',
    en_route: 'En route', on_site: 'On site', work_done: 'Work done', verifying: 'Verifying', resolved: 'Resolved',
    follow_up: 'Follow-up', closed: 'Closed', archived: 'Archived', wait_customer: 'Waiting: customer',
    wait_parts: 'Waiting: parts', wait_access: 'Waiting: access', merged: 'Merged', cancelled: 'Cancelled',
  }),
  ticketKind: words({
    repair: 'Repair', consultation: 'Consultation', complaint: 'Complaint', installation: 'Installation',
    return: 'Return', refund: 'Refund', recall: 'Recall', incident: 'Incident', followup: 'Follow-up',
  }),
  channel: words({
    phone: 'Phone', online: 'Online', sms: 'SMS', email: 'E-mail', official_account: 'Official account', qr: 'QR code',
    telemetry: 'Telemetry', letter: 'Letter', fax: 'Fax', on_site: 'On site',
  }),
  visitState: words({
    offered: 'Offered', accepted: 'Accepted', en_route: 'En route', arrived: 'Arrived', working: 'Working',
    finished: 'Finished', left: 'Done, left', declined: 'Declined', expired: 'Expired', called_off: 'Called off',
  }),
  clockName: words({
    REPLY: 'Reply', SAFETY: 'Safety', PROMISE: 'Promise', ARRIVAL: 'Arrival', RESTORE: 'Restore',
    COMPLAINT: 'Complaint', REFUND: 'Refund', FOLLOWUP: 'Follow-up', WARRANTY: 'Warranty', RETENTION: 'Retention',
  }),
  clockState: words({ running: 'running', paused: 'paused', met: 'met', breached: 'breached' }),
  evidenceType: words({
    button: 'Button', gps: 'GPS', qr: 'Cabinet QR', rotating_code: 'Rotating code', nfc: 'NFC',
    service_code: 'Service code', telemetry: 'Telemetry', door: 'Door', photo: 'Photo', signature: 'Signature',
  }),
  evidenceSource: words({ cabinet: 'said by the cabinet', technician: 'said by the technician', telemetry: 'measured' }),
  commands: words({
    lock_sales: 'Lock sales', unlock_sales: 'Unlock sales', open_door: 'Open door', set_setpoint: 'Change set point',
    reboot: 'Reboot', self_test: 'Self-test', sample_fast: 'Sample fast', show_code: 'Show code',
  }),
  commandState: words({
    queued: 'queued', sent: 'sent', done: 'done', failed: 'failed', rejected: 'rejected by the cabinet', expired: 'expired',
  }),
  event: words({
    door_opened: 'Door opened', door_closed: 'Door closed', vend: 'Vend', vend_failed: 'Vend failed',
    payment_error: 'Payment error', restocked: 'Restocked', lot_loaded: 'Lot loaded', lot_sold: 'Lot sold',
    lot_removed: 'Lot removed', power_lost: 'Power lost', power_restored: 'Power restored',
    service_code_entered: 'Service code entered', qr_shown: 'QR shown', device_fault: 'Device fault',
    birth: 'Connected', reply: 'Answer to a command',
  }),
  eventKey: words({ sku: 'product', lot: 'lot', lane: 'lane', price_cents: 'price', seconds: 'open for', units: 'pieces', code: 'code', scheme: 'scheme', reason: 'reason', item: 'item', qty: 'pieces', id: 'command', status: 'result', detail: 'detail', model: 'model', firmware: 'firmware', carrier: 'carrier', interval_s: 'reports every', expires: 'good until' }),
  part: words({
    modem: 'Modem', antenna: 'Antenna', sim: 'SIM card', evaporator_fan: 'Evaporator fan', door_gasket: 'Door gasket',
    compressor: 'Compressor', refrigerant: 'Refrigerant', door_closer: 'Door closer', door_switch: 'Door switch',
    start_relay: 'Start relay', start_capacitor: 'Start capacitor', capacitor: 'Capacitor', relay: 'Relay',
    fuse: 'Fuse', power_supply: 'Power supply', payment_terminal: 'Payment terminal', sensor: 'Sensor', lock: 'Lock',
    battery: 'Battery', camera: 'Camera', controller: 'Controller', mdb_cable: 'MDB cable', clock_battery: 'Clock battery',
    camera_fan: 'Camera fan', condenser_fan: 'Condenser fan', defrost_heater: 'Defrost heater', defrost_sensor: 'Defrost sensor',
    drain: 'Drain', filter_drier: 'Filter drier', hinge: 'Hinge', lamp: 'Lamp', thermal_protector: 'Thermal protector', tubing: 'Tubing',
    display: 'Display', load_cell: 'Load cell', router: 'Router', shelf: 'Shelf',
  }),
  whyKey: words({
    observed: 'Observed', expected: 'Expected', threshold: 'Threshold', features: 'Features', for_s: 'For, s',
    for_minutes: 'For, min', for_ms: 'For, ms', minutes: 'Minutes', below: 'below', above: 'above',
    silent_s: 'Silent for', silence_ms: 'Silence', last_seen: 'Last seen', blind_since: 'Blind since', event: 'Event', reported: 'Reported by the cabinet', signal: 'Signal', unit: 'Unit', value: 'Value', limit: 'Limit', since: 'Since',
    cut_short: 'Runs cut short', jump_c: 'Jump, °C', spikes: 'Spikes', starts_per_hour: 'Starts per hour', rate: 'Rate', in_vain: 'In vain in a row',
    last_defrost: 'Last defrost', evaporator: 'Evaporator from, to °C',
    cabinets: 'Cabinets', of: 'of', scheme: 'Code scheme', code: 'Code', lane: 'Lane', expires: 'Expires', empty_lanes: 'Empty lanes', buyers: 'Buyers',
    jump_g: 'Jump, g', drift_g: 'Drift, g',
    defrost_peak: 'Warmest in the defrost, °C',
    duty: 'Compressor duty', pull: 'Pull-down, K/h', rise: 'Warming while off, K/h', lift: 'Air above evaporator while on, K',
    rest: 'Air above evaporator while off, K', head: 'Condenser above ambient, K', on_a: 'Current while on, A',
    off_a: 'Current while off, A', goods: 'Goods above air, K', fan: 'Fan while on, rpm', score: 'Score',
    rule: 'Rule', pack: 'pack', class: 'class of goods', value_c: 'Reading, °C', peak_c: 'Warmest, °C', limit_c: 'Limit, °C',
    spent_s: 'Time beyond the limit', allowed_s: 'Time allowed', device_fault: 'Reported by the cabinet',
  }),
  truth: words({
    true: 'yes', false: 'no',
  }),
  platformKey: words({
    ok: 'in order', refused_by_broker: 'Refused by the broker', free: 'Free', used: 'Used', total: 'Total',
    used_bytes: 'Used',
    free_bytes: 'Free', total_bytes: 'Total', full_at: 'Full at about', state: 'State', version: 'Version', lag_ms: 'Lag, ms',
    lag: 'Lag', lag_s: 'Behind by', since: 'Since', url: 'Address', share: 'Share used', connected: 'Connected',
    embedded: 'Embedded', restarts: 'Restarts', refused: 'Refused messages', journal_bytes: 'Journal', readings: 'Readings', bytes: 'Size',
    dir: 'Directory', every_h: 'Every', keep: 'Kept', overdue: 'Overdue', 'newest.at': 'Newest', 'newest.name': 'Its file', 'newest.bytes': 'Its size',
    'running.to': 'Being made', 'running.since': 'Begun', 'running.doing': 'Step', 'running.bytes_done': 'Done', 'running.bytes_total': 'Of',
    'last.to': 'Last attempt', 'last.at': 'Ended', 'last.bytes': 'Its size', 'last.error': 'Why it failed',
  }),
  blindCause: words({ gateway: 'The gateway was down', broker: 'The broker was away' }),
  role: words({
    viewer: 'Viewer', operator: 'Operator', dispatcher: 'Dispatcher', technician: 'Technician', agent: 'Agent',
    auditor: 'Auditor', administrator: 'Administrator',
  }),
}
