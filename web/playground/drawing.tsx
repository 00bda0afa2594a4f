import { useEffect, useRef } from 'preact/hooks'
import type { Report } from './api.ts'
import { useObjectUrl } from './picture-input.tsx'

/**
 * The picture with every face's box, and mesh and pose of the one that is judged.
 * @param threshold of liveness: below it no age and gender are written, for there may be nobody
 */
export function Drawing(props: { picture: Blob; report: Report; name: string; threshold: number }) {
  const { picture, report, name, threshold } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const own = useObjectUrl(picture)
  const url = report.preview ? `data:image/jpeg;base64,${report.preview}` : own
  useEffect(() => {
    if (!url) return
    const image = new Image()
    image.onload = () => canvas.current && draw(canvas.current, image, report, threshold)
    // A format that neither the browser shows nor the server has shown: draw on an empty ground.
    image.onerror = () => canvas.current && draw(canvas.current, null, report, threshold)
    image.src = url
  }, [url, report, threshold])
  const count = report.faces.length
  const label = `${name}: ${count === 0 ? 'no face' : count === 1 ? 'one face' : `${count} faces`} found`
  return (
    <figure class="drawn">
      <canvas ref={canvas} class="drawing" role="img" aria-label={label} />
      {report.subject && (
        <figcaption>
          Green: the face that is judged{count > 1 && '; yellow: the others'}. From its nose: red to its own
          left, blue down, yellow ahead.
        </figcaption>
      )}
    </figure>
  )
}

const longest = 900

function draw(
  canvas: HTMLCanvasElement,
  image: HTMLImageElement | null,
  report: Report,
  threshold: number,
): void {
  const { picture, faces, subject } = report
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height))
  canvas.width = Math.round(picture.width * scale)
  canvas.height = Math.round(picture.height * scale)
  const context = canvas.getContext('2d')
  if (!context) return
  context.fillStyle = '#25302c'
  context.fillRect(0, 0, canvas.width, canvas.height)
  if (image) context.drawImage(image, 0, 0, canvas.width, canvas.height)
  context.scale(scale, scale)
  const line = 2 / scale
  const liveness = subject?.liveness
  const isLive = liveness?.judged === true && liveness.score >= threshold
  if (subject) {
    context.fillStyle = 'rgb(130 255 210 / 85%)'
    const dot = Math.max(0.8 / scale, subject.box.width / 320)
    for (let i = 0; i < subject.points.length; i += 2) {
      context.beginPath()
      context.arc(subject.points[i] ?? 0, subject.points[i + 1] ?? 0, dot, 0, 2 * Math.PI)
      context.fill()
    }
  }
  for (const [index, { box, traits }] of faces.entries()) {
    context.lineWidth = index === 0 ? 1.5 * line : line
    context.strokeStyle = index === 0 ? '#35e0a1' : '#ffd166'
    context.strokeRect(box.x, box.y, box.width, box.height)
    if (traits && isLive)
      caption(context, `${traits.gender.value}, ${Math.round(traits.age.years)}`, box, scale)
  }
  if (subject) poseAxes(context, subject.pose, subject.points, subject.box.width, line)
}

function caption(
  context: CanvasRenderingContext2D,
  text: string,
  box: { x: number; y: number },
  scale: number,
): void {
  const size = 14 / scale
  context.font = `${size}px system-ui, sans-serif`
  const width = context.measureText(text).width
  const x = Math.max(0, Math.min(box.x, context.canvas.width / scale - width - size))
  context.fillStyle = 'rgb(8 24 18 / 80%)'
  context.fillRect(x, Math.max(0, box.y - size * 1.5), width + size, size * 1.5)
  context.fillStyle = '#ffffff'
  context.fillText(text, x + size / 2, Math.max(size * 1.1, box.y - size * 0.4))
}

/** Where the face's own left, down and forward point, from the tip of the nose. */
function poseAxes(
  context: CanvasRenderingContext2D,
  { yaw, pitch, roll }: { yaw: number; pitch: number; roll: number },
  points: number[],
  faceWidth: number,
  line: number,
): void {
  const [x, y] = [points[2] ?? 0, points[3] ?? 0]
  const [a, b, c] = [yaw, pitch, roll].map((angle) => (angle * Math.PI) / 180) as [number, number, number]
  const length = faceWidth * 0.5
  const axes: [string, number, number][] = [
    ['#ff5d73', Math.cos(a) * Math.cos(c), Math.cos(a) * Math.sin(c)],
    ['#4dabff', -Math.sin(c) * Math.cos(b), Math.cos(c) * Math.cos(b)],
    ['#ffe45c', Math.sin(a) * Math.cos(b), -Math.sin(b)],
  ]
  context.lineWidth = 2 * line
  for (const [colour, dx, dy] of axes) {
    context.strokeStyle = colour
    context.beginPath()
    context.moveTo(x, y)
    context.lineTo(x + dx * length, y + dy * length)
    context.stroke()
  }
}
