/** Where the phone is, as evidence for a check-in. */

export interface GpsEvidence {
  type: 'gps'
  lat: number
  lon: number
  accuracy_m: number
}

const TIMEOUT_MS = 12_000

/** The position now; rejects when the phone cannot or may not tell (insecure page, no permission, no fix in time). */
export function position(): Promise<GpsEvidence> {
  return new Promise((resolve, reject) => {
    if (!('geolocation' in navigator)) return reject(new Error('no geolocation'))
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ type: 'gps', lat: coords.latitude, lon: coords.longitude, accuracy_m: Math.ceil(coords.accuracy) }),
      (error) => reject(new Error(error.message)),
      { enableHighAccuracy: true, timeout: TIMEOUT_MS, maximumAge: 0 },
    )
  })
}
