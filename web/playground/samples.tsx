/** Pictures to try the page with: the server's own example, what this browser makes of it, and a drawing. */

interface Sample {
  name: string
  make(): Promise<Blob>
}

const samples: Sample[] = [
  { name: 'A selfie', make: selfie },
  { name: 'Two faces', make: () => redrawn(([width, height]) => [2 * width, height], twice) },
  { name: 'Upside down', make: () => redrawn((size) => size, upsideDown) },
  { name: 'Too dark', make: () => redrawn((size) => size, dark) },
  { name: 'A drawing', make: drawing },
]

export function Samples(props: {
  onPicture: (picture: Blob) => void
  onProblem: (sentence: string) => void
}) {
  const { onPicture, onProblem } = props
  const take = ({ make }: Sample) =>
    make()
      .then(onPicture)
      .catch(() => onProblem('The sample could not be made.'))
  return (
    <fieldset class="row samples">
      <legend>Nothing at hand? Try one of these</legend>
      {samples.map((sample) => (
        <button type="button" class="small" key={sample.name} onClick={() => take(sample)}>
          {sample.name}
        </button>
      ))}
    </fieldset>
  )
}

async function selfie(): Promise<Blob> {
  const response = await fetch('/example/selfie.jpg')
  if (!response.ok) throw new Error('no example')
  return new File([await response.blob()], 'selfie.jpg', { type: 'image/jpeg' })
}

type Size = readonly [width: number, height: number]
type Draw = (context: CanvasRenderingContext2D, image: ImageBitmap) => void

async function redrawn(sizeOf: (size: Size) => Size, draw: Draw): Promise<Blob> {
  const image = await createImageBitmap(await selfie())
  return drawn(sizeOf([image.width, image.height]), (context) => draw(context, image))
}

const twice: Draw = (context, image) => {
  context.drawImage(image, 0, 0)
  context.setTransform(-1, 0, 0, 1, 2 * image.width, 0)
  context.drawImage(image, 0, 0)
}

const upsideDown: Draw = (context, image) => {
  context.setTransform(-1, 0, 0, -1, image.width, image.height)
  context.drawImage(image, 0, 0)
}

const dark: Draw = (context, image) => {
  context.drawImage(image, 0, 0)
  context.fillStyle = 'rgb(0 0 0 / 88%)'
  context.fillRect(0, 0, image.width, image.height)
}

/** Ellipses over each other, the last on top: centre, half axes and colour. */
const ellipses: [x: number, y: number, width: number, height: number, colour: string][] = [
  [320, 470, 190, 120, '#526880'],
  [320, 225, 108, 138, '#423028'],
  [320, 240, 98, 120, '#cda082'],
  [283, 215, 15, 9, '#fafafa'],
  [357, 215, 15, 9, '#fafafa'],
  [283, 215, 7, 8, '#281e1c'],
  [357, 215, 7, 8, '#281e1c'],
  [320, 255, 10, 16, '#ba8a6e'],
  [320, 302, 36, 11, '#a04846'],
]

function drawing(): Promise<Blob> {
  return drawn([640, 480], (context) => {
    context.fillStyle = '#b8c4cc'
    context.fillRect(0, 0, 640, 480)
    for (const [x, y, width, height, colour] of ellipses) {
      context.fillStyle = colour
      context.beginPath()
      context.ellipse(x, y, width, height, 0, 0, 2 * Math.PI)
      context.fill()
    }
  })
}

function drawn([width, height]: Size, draw: (context: CanvasRenderingContext2D) => void): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (!context) return Promise.reject(new Error('no canvas'))
  draw(context)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/jpeg', 0.92),
  )
}
