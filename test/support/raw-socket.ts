import { connect, type Socket } from 'node:net'
import { patience } from './patience.ts'

export interface RawAnswer {
  /** Status of the first answer; null when the connection was closed without one. */
  status: number | null
  /** Everything that came. */
  text: string
}

/** Headers as the lines of a request's head. */
export function headerLines(headers: Record<string, string>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
}

/** Sends bytes as they are, and reads until the server closes. @throws when patience with an open connection ends */
export async function sendRaw(port: number, bytes: Buffer | string): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1')
  const closed = collect(socket)
  // Not `end`: Node takes half a close for a caller who went away.
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  const timer = setTimeout(
    () => socket.destroy(new Error('The server kept the connection open.')),
    patience.poll,
  )
  try {
    return await closed
  } finally {
    clearTimeout(timer)
  }
}

/** A connection that sends `first` and then `again` for ever, `everyMs` apart, until the server closes it. */
export function dribble(port: number, first: string, again: string, everyMs: number) {
  const socket = connect(port, '127.0.0.1')
  const closed = collect(socket)
  if (first) socket.write(Buffer.from(first, 'latin1'))
  const timer = again ? setInterval(() => socket.write(again), everyMs) : undefined
  socket.once('close', () => clearInterval(timer))
  return {
    closed,
    isOpen: () => !socket.destroyed && socket.readyState !== 'closed',
    end: () => socket.destroy(),
  }
}

async function collect(socket: Socket): Promise<RawAnswer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  // Not `once` of node:events, which rejects at the first error.
  await new Promise<void>((resolve, reject) => {
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A server that cuts a connection while we write is an end like any other.
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error)
    })
    socket.once('close', () => resolve())
  })
  const text = Buffer.concat(chunks).toString('latin1')
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]
  return { status: status ? Number(status) : null, text }
}
