import { useEffect, useRef, useState } from 'preact/hooks'
import { CameraError, Shutter, startCamera, stopCamera } from '../capture/camera.ts'

const sentences = {
  cameraRefused: 'The camera is not allowed. Allow it for this page and try again.',
  cameraNone: 'No camera was found.',
  cameraBusy: 'Another program uses the camera.',
  cameraInsecure: 'Browsers give the camera only to https addresses and to this machine itself.',
}

/** The camera in a dialog, to take one picture. */
export function CameraDialog({
  onPicture,
  onClose,
}: {
  onPicture: (picture: Blob) => void
  onClose: () => void
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  const [problem, setProblem] = useState<string | null>(null)

  useEffect(() => {
    dialog.current?.showModal()
    let stream: MediaStream | null = null
    let isOver = false
    startCamera(null)
      .then((started) => {
        stream = started
        if (isOver) return stopCamera(started)
        if (video.current) video.current.srcObject = started
      })
      .catch((error) =>
        setProblem(
          error instanceof CameraError ? sentences[error.fault] : 'The camera could not be started.',
        ),
      )
    return () => {
      isOver = true
      if (stream) stopCamera(stream)
    }
  }, [])

  async function take(): Promise<void> {
    const shutter = new Shutter()
    if (video.current && shutter.capture(video.current)) onPicture(await shutter.toBlob())
  }

  return (
    <dialog ref={dialog} onClose={onClose} aria-label="Camera">
      {problem ? (
        <p role="alert">{problem}</p>
      ) : (
        <video ref={video} autoplay muted playsInline aria-label="Camera" />
      )}
      <div class="row">
        <button type="button" class="primary" onClick={take} disabled={problem !== null}>
          Take the picture
        </button>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </dialog>
  )
}
