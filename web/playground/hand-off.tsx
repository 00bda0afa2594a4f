import { useEffect, useRef } from 'preact/hooks'
import { QrCode } from '../shared/qr-code.tsx'

/** The link to a session of gestures: for a phone's camera, or for this browser. It opens once, in one of them. */
export function HandOff({ address, onClose }: { address: string; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const { hostname, protocol } = new URL(address)
  const isHere = hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname)
  return (
    <dialog ref={dialog} onClose={onClose} aria-label="Capture page">
      <h2>Gestures on the capture page</h2>
      <p>Scan the code with a phone, or go on here. The link opens once.</p>
      <QrCode text={address} label="Link to the capture page" />
      {(isHere || protocol !== 'https:') && (
        <p class="notice">
          {isHere
            ? 'A phone cannot reach this address: it is that of this machine alone. '
            : 'Browsers give a camera to https addresses only. '}
          Set LIVEFACE_PUBLIC_URL to an https address of this server that the phone can reach.
        </p>
      )}
      <div class="row">
        <a class="button" href={address}>
          Open it here
        </a>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </dialog>
  )
}
