/** A page of React 19 that asks its own server for a session and shows the capture element. */
import 'liveface/capture'
import { useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'

function FaceCheck() {
  const [captureUrl, setCaptureUrl] = useState('')
  const [status, setStatus] = useState('')

  useEffect(() => {
    fetch('/session', { method: 'POST' })
      .then((response) => response.json())
      .then((session) => setCaptureUrl(session.captureUrl))
  }, [])

  // The event says that it is over. What came out of it, your server reads from Liveface.
  async function finish() {
    const response = await fetch('/session')
    setStatus((await response.json()).verdict)
  }

  return (
    <section>
      <h2>Confirm that it is you</h2>
      <liveface-capture
        captureUrl={captureUrl}
        onprompt={({ detail }) => setStatus(`${detail.step} of ${detail.steps}`)}
        onerror={({ detail }) => setStatus(detail.code)}
        oncomplete={finish}
      />
      <output>{status}</output>
    </section>
  )
}

createRoot(document.getElementById('app')).render(<FaceCheck />)
