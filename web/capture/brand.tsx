import { useEffect, useRef } from 'preact/hooks'
import type { Welcome } from './api.ts'

/** Who asks: the logo, where it can be shown, and the name. */
export function Brand({ name, logo }: Pick<Welcome, 'name' | 'logo'>) {
  if (name === null && logo === null) return null
  return (
    <div class="brand" part="brand">
      {logo !== null && <Logo key={logo} base64={logo} name={name} />}
      {name !== null && <bdi>{name}</bdi>}
    </div>
  )
}

/** Drawn on a canvas: a page around the element may allow no image of a data: address. */
function Logo({ base64, name }: { base64: string; name: string | null }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    draw(canvas.current, base64).catch(() => canvas.current?.remove())
  }, [])
  // A logo beside its name would be read twice.
  return <canvas ref={canvas} width="0" height="0" aria-hidden={name !== null} />
}

async function draw(canvas: HTMLCanvasElement | null, base64: string): Promise<void> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
  if (!canvas) return
  canvas.width = image.width
  canvas.height = image.height
  canvas.getContext('2d')?.drawImage(image, 0, 0)
}

/** Style of a page in somebody's colour, with the ink that is read best on it. A page around the element may have its own. */
export function accentOf(color: string | null): Record<string, string> {
  if (color === null) return {}
  const ink = luminance(color) > 0.179 ? '#000000' : '#ffffff'
  return {
    '--accent': `var(--liveface-accent, ${color})`,
    '--on-accent': `var(--liveface-on-accent, ${ink})`,
  }
}

/** Relative luminance as WCAG has it, 0..1. At 0.179 black and white contrast alike with it. @param color `#rrggbb` */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
