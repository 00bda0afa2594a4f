/**
 * A whole server to be killed. Writes one line of JSON once it listens, and warnings to standard error; goes through the
 * faults that it is sent, and answers each with null or what failed.
 *
 *     node --import tsx child.ts <JSON: ChildOrders>
 */
import { writeSync } from 'node:fs'
import { Writable } from 'node:stream'
import { type InnerFault, installInnerFaults } from './inner-faults.ts'
import type { ChildOrders } from './orders.ts'
import { makeCallers, startCrashServer } from './server.ts'

const orders: ChildOrders = JSON.parse(process.argv[2] ?? '')
const inflict = await installInnerFaults()
const server = await startCrashServer(
  orders,
  new Writable({
    write(chunk, _encoding, done) {
      writeSync(2, chunk)
      done()
    },
  }),
)
const callers = orders.isFirst ? await makeCallers(server, orders.port) : null
writeSync(1, `${JSON.stringify({ url: server.url, callers })}\n`)

process.on('message', (fault: InnerFault) => {
  inflict(fault, server.database).then(
    () => process.send?.(null),
    (error) => process.send?.(String(error)),
  )
})
// Nobody is left to kill it.
process.on('disconnect', () => process.exit(1))
