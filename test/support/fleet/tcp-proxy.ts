import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A way to a port on loopback that can be cut like a network. */
export interface TcpProxy {
  port: number
  /** From now on no byte passes and no connection is refused or ended: nobody learns that the other is out of reach. */
  cut(): void
  /** What was held back passes, where both ends still wait for it. */
  heal(): void
  /** How often a caller has begun to speak after the other's answer, on all connections so far. */
  roundTrips(): number
  stop(): Promise<void>
}

export async function startTcpProxy(target: number): Promise<TcpProxy> {
  let isCut = false
  let roundTrips = 0
  const sockets = new Set<Socket>()
  const waiting = new Set<Socket>()

  function keep(socket: Socket): void {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  }

  function forward(caller: Socket): void {
    const onward = connect(target, '127.0.0.1')
    keep(onward)
    let speaker: Socket | null = null
    for (const [from, to] of [
      [caller, onward],
      [onward, caller],
    ] as const) {
      from.on('data', (chunk) => {
        if (from === caller && speaker !== caller) roundTrips++
        speaker = from
        to.write(chunk)
      })
      // The word that an end is closed does not pass a cut network either.
      from.once('close', () => (isCut ? waiting.add(to) : to.destroy()))
    }
  }

  const server = createServer((socket) => {
    keep(socket)
    if (isCut) {
      socket.pause()
      waiting.add(socket)
    } else forward(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: address && typeof address === 'object' ? address.port : 0,
    cut() {
      isCut = true
      for (const socket of sockets) socket.pause()
    },
    heal() {
      isCut = false
      for (const socket of waiting) socket.destroy()
      waiting.clear()
      for (const socket of sockets) socket.resume()
    },
    roundTrips: () => roundTrips,
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
