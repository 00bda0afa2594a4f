import sharp from 'sharp'
import { samplePhotograph } from '../test/support/pictures.ts'

/** Heads cut out of the group photographs, about as large in the frame as in a selfie: photograph, left, top, side. */
const cuts = [
  [6, 210, 340, 400],
  [6, 600, 210, 420],
  [5, 1310, 290, 460],
  [3, 560, 260, 420],
  [4, 560, 20, 420],
  [1, 1380, 120, 420],
] as const

/** JPEG bytes of each head, 800 x 800 pixels. */
export function headPictures(): Promise<Buffer[]> {
  return Promise.all(
    cuts.map(([photograph, left, top, side]) =>
      sharp(samplePhotograph(photograph))
        .extract({ left, top, width: side, height: side })
        .resize(800)
        .jpeg()
        .toBuffer(),
    ),
  )
}
