/** Photos made small on the phone, before they are kept: nobody waits for ten megabytes at the back of a station. */

export const LONGEST = 1600
const QUALITY = 0.82

/** Width and height within `LONGEST`, in proportion; never larger than they were. */
export function fitted(width: number, height: number): [number, number] {
  const scale = Math.min(1, LONGEST / Math.max(width, height))
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
}

/**
 * The picture drawn anew as a JPEG, upright. What the camera wrote beside it (place, device, time: EXIF) is not in it.
 * Rejects for what the browser cannot read as a picture.
 */
export async function shrink(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file)
  const canvas = document.createElement('canvas')
  ;[canvas.width, canvas.height] = fitted(picture.width, picture.height)
  const to = canvas.getContext('2d')!
  to.fillStyle = '#fff' // a JPEG knows no transparency
  to.fillRect(0, 0, canvas.width, canvas.height)
  to.imageSmoothingQuality = 'high'
  to.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  return new Promise((resolve, reject) => {
    canvas.toBlob((jpeg) => (jpeg ? resolve(jpeg) : reject(new Error('no picture came out'))), 'image/jpeg', QUALITY)
  })
}
