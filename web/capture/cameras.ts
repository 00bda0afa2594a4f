import { useEffect, useState } from 'preact/hooks'

export interface CameraChoice {
  id: string
  /** As the browser names it; empty where it does not. */
  label: string
}

/** The cameras of the device. Browsers tell them apart only once the person has allowed one: before, there are none. */
export function useCameras(stream: MediaStream | null): CameraChoice[] {
  const [cameras, setCameras] = useState<CameraChoice[]>([])
  useEffect(() => {
    if (!stream) return
    const list = async () => setCameras(await listCameras())
    const update = () => void list().catch(() => undefined)
    update()
    navigator.mediaDevices.addEventListener('devicechange', update)
    return () => navigator.mediaDevices.removeEventListener('devicechange', update)
  }, [stream])
  return cameras
}

async function listCameras(): Promise<CameraChoice[]> {
  const devices = await navigator.mediaDevices.enumerateDevices()
  return devices
    .filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '')
    .map(({ deviceId, label }) => ({ id: deviceId, label }))
}

/** The camera that a stream comes from: its id, and whether it looks away from whoever holds the device. */
export function cameraOf(stream: MediaStream): { id: string; looksAway: boolean } {
  const { deviceId = '', facingMode } = stream.getVideoTracks()[0]?.getSettings() ?? {}
  return { id: deviceId, looksAway: facingMode === 'environment' }
}
