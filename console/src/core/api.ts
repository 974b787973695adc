/** The only file that speaks HTTP. Every refusal arrives as a `Refusal` that carries the problem document. */
import type { Problem } from './types.ts'

export const BASE = '/api/v1'

export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title)
  }

  get status(): number {
    return this.problem.status
  }
}

/** The request never reached the server: no network, or the server is away. */
export class Unreachable extends Error {}

/** A random id. `crypto.randomUUID` is missing on pages served without TLS, so the bytes are drawn here. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return call<T>('GET', path, undefined, undefined, signal)
}

export async function post<T>(path: string, body: unknown = {}, key: string = uuid()): Promise<T> {
  return call<T>('POST', path, body, key)
}

/** A `post` to `path` that happens once however often it is sent: the same body again is the same request. */
export function once<T>(path: string): (body: unknown) => Promise<T> {
  let asked = { body: '', key: '' }
  return (body) => {
    const text = JSON.stringify(body)
    if (asked.body !== text) asked = { body: text, key: uuid() }
    return post<T>(path, body, asked.key)
  }
}

/** Change some fields; refused as stale (412) if it is no longer `version` that would be changed. */
export async function patch<T>(path: string, body: unknown, version?: number): Promise<T> {
  return call<T>('PATCH', path, body, uuid(), undefined, version)
}

/** Store a file, of a ticket if one is named; answers with its id. The same key again is the same file. */
export async function upload(file: Blob, name: string, ticket: string | null, key: string = uuid()): Promise<{ id: string }> {
  const form = new FormData()
  form.append('file', file, name)
  if (ticket) form.append('ticket', ticket)
  const init: RequestInit = { method: 'POST', body: form, credentials: 'same-origin', headers: { Accept: 'application/json', 'Idempotency-Key': key } }
  const response = await reach(`${BASE}/attachments`, init)
  if (!response.ok) throw new Refusal(await problemOf(response))
  return (await response.json()) as { id: string }
}

export async function remove(path: string, body?: unknown): Promise<void> {
  await call<unknown>('DELETE', path, body)
}

/** A file that is made on request. */
export async function download(path: string, body: unknown): Promise<Blob> {
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': uuid() }
  const response = await reach(BASE + path, { method: 'POST', headers, credentials: 'same-origin', body: JSON.stringify(body) })
  if (!response.ok) throw new Refusal(await problemOf(response))
  return response.blob()
}

export function query(values: Record<string, string | number | undefined | null>): string {
  const filled = Object.entries(values).filter(([, v]) => v !== undefined && v !== null && v !== '')
  const text = new URLSearchParams(filled.map(([k, v]) => [k, String(v)])).toString()
  return text ? `?${text}` : ''
}

async function call<T>(method: string, path: string, body?: unknown, key?: string, signal?: AbortSignal, version?: number): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (key) headers['Idempotency-Key'] = key
  if (version !== undefined) headers['If-Match'] = `"${version}"`
  const init: RequestInit = { method, headers, credentials: 'same-origin' }
  if (body !== undefined) init.body = JSON.stringify(body)
  if (signal) init.signal = signal
  const response = await reach(BASE + path, init)
  if (!response.ok) throw new Refusal(await problemOf(response))
  return (response.status === 204 ? undefined : await response.json()) as T
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Unreachable(String(error))
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const id = response.headers.get('X-Request-Id') ?? undefined
  const fallback: Problem = { title: response.statusText || 'error', status: response.status }
  const body = response.headers.get('Content-Type')?.includes('json') ? await response.json().catch(() => fallback) : fallback
  return { ...fallback, ...(body as Problem), request_id: (body as Problem).request_id ?? id }
}
