import { useEffect, useRef, useState } from 'preact/hooks'

/** One place for a picture: drop, paste, choose or photograph. */
export function PictureInput(props: {
  label: string
  picture: Blob | null
  /** The place that pasted pictures go to. */
  takesPaste: boolean
  onPicture: (picture: Blob | null) => void
  onCamera: () => void
}) {
  const { label, picture, takesPaste, onPicture, onCamera } = props
  const [over, setOver] = useState(false)
  const url = useObjectUrl(picture)
  const file = useRef<HTMLInputElement>(null)

  useEffect(() => {
    if (!takesPaste) return
    const paste = (event: ClipboardEvent) => {
      const pasted = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'))
      if (pasted) onPicture(pasted)
    }
    addEventListener('paste', paste)
    return () => removeEventListener('paste', paste)
  }, [takesPaste, onPicture])

  function drop(event: DragEvent): void {
    event.preventDefault()
    setOver(false)
    const dropped = event.dataTransfer?.files[0]
    if (dropped) onPicture(dropped)
  }

  return (
    <fieldset
      class={`drop ${over ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <legend>{label}</legend>
      {url ? <Shown url={url} /> : <p>Drop or paste a picture here</p>}
      <div class="row">
        <button type="button" onClick={() => file.current?.click()}>
          Choose a file
        </button>
        <button type="button" onClick={onCamera}>
          Use the camera
        </button>
        {picture && (
          <button type="button" onClick={() => onPicture(null)}>
            Remove
          </button>
        )}
      </div>
      <input
        ref={file}
        class="hidden"
        // The button before it opens it: one stop for the keyboard is enough.
        tabIndex={-1}
        type="file"
        aria-label={`${label}: file`}
        accept="image/jpeg,image/png,image/webp,image/tiff,image/heic,.heic"
        onChange={({ currentTarget }) => {
          const chosen = currentTarget.files?.[0]
          if (chosen) onPicture(chosen)
          currentTarget.value = ''
        }}
      />
    </fieldset>
  )
}

/** The picture, or a word where the browser does not show its format. */
function Shown({ url }: { url: string }) {
  const [isShown, setShown] = useState(true)
  useEffect(() => setShown(true), [url])
  if (!isShown) return <p>This browser does not show this format. The server reads it.</p>
  return <img src={url} alt="" onError={() => setShown(false)} />
}

/** An address for a blob, given back when it is no longer shown. */
export function useObjectUrl(blob: Blob | null): string | null {
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    if (!blob) return setUrl(null)
    const made = URL.createObjectURL(blob)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [blob])
  return url
}
