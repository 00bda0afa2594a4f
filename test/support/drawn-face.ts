import sharp from 'sharp'

type Colour = readonly [red: number, green: number, blue: number]

/** Ellipses over each other, the last on top: centre and half axes in pixels of 640 x 480. */
const parts: { x: number; y: number; width: number; height: number; colour: Colour }[] = [
  { x: 320, y: 470, width: 190, height: 120, colour: [82, 104, 128] },
  { x: 320, y: 225, width: 108, height: 138, colour: [66, 48, 40] },
  { x: 320, y: 240, width: 98, height: 120, colour: [205, 160, 130] },
  { x: 283, y: 215, width: 15, height: 9, colour: [250, 250, 250] },
  { x: 357, y: 215, width: 15, height: 9, colour: [250, 250, 250] },
  { x: 283, y: 215, width: 7, height: 8, colour: [40, 30, 28] },
  { x: 357, y: 215, width: 7, height: 8, colour: [40, 30, 28] },
  { x: 320, y: 255, width: 10, height: 16, colour: [186, 138, 110] },
  { x: 320, y: 302, width: 36, height: 11, colour: [160, 72, 70] },
]

/** A face that nobody has, as JPEG bytes of 640 x 480. sharp draws no SVG here: the engine has that loader blocked. */
export function drawnFace(): Promise<Buffer> {
  const [width, height] = [640, 480]
  const data = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const part = parts.findLast(
        (one) => ((x - one.x) / one.width) ** 2 + ((y - one.y) / one.height) ** 2 <= 1,
      )
      data.set(part?.colour ?? [184, 196, 204], (y * width + x) * 3)
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer()
}
