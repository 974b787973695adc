/** Where the phone is, as evidence for a check-in: two positions, so that a single stray one proves nothing. */

export interface Fix {
  lat: number
  lon: number
  accuracy_m: number
  /** When the phone found it, ISO 8601. */
  at: string
}

export interface GpsEvidence {
  type: 'gps'
  lat: number
  lon: number
  accuracy_m: number
  fixes: Fix[]
}

const TIMEOUT_MS = 12_000
/** How long the second position may take; without one the first stands alone. */
const SECOND_MS = 5_000
const APART_MS = 1_000

/** The position now; rejects when the phone cannot or may not tell (insecure page, no permission, no fix in time). */
export async function position(): Promise<GpsEvidence> {
  const first = await fix(TIMEOUT_MS)
  await new Promise((resolve) => setTimeout(resolve, APART_MS))
  const second = await fix(SECOND_MS).catch(() => null) // one position is better than none: the server grades it
  const { lat, lon, accuracy_m } = first
  return { type: 'gps', lat, lon, accuracy_m, fixes: second ? [first, second] : [first] }
}

function fix(timeout: number): Promise<Fix> {
  return new Promise((resolve, reject) => {
    if (!('geolocation' in navigator)) return reject(new Error('no geolocation'))
    navigator.geolocation.getCurrentPosition(
      ({ coords, timestamp }) =>
        resolve({ lat: coords.latitude, lon: coords.longitude, accuracy_m: Math.ceil(coords.accuracy), at: new Date(timestamp).toISOString() }),
      (error) => reject(new Error(error.message)),
      { enableHighAccuracy: true, timeout, maximumAge: 0 },
    )
  })
}
