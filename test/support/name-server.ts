import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'

/** One question that was asked. */
export interface Question {
  name: string
  type: 'A' | 'AAAA' | 'other'
}

export interface NameServer {
  /** `address:port`, as a resolver wants it. */
  address: string
  /** Every question so far, in order. */
  questions: Question[]
  close(): Promise<void>
}

const types: Record<number, Question['type']> = { 1: 'A', 28: 'AAAA' }

/**
 * A real DNS server on a loopback UDP port.
 * @param answer addresses for the nth (0, 1, ...) question of this name and type; null: never answer
 */
export async function startNameServer(
  answer: (question: Question, nth: number) => string[] | null,
): Promise<NameServer> {
  const socket = createSocket('udp4')
  const questions: Question[] = []
  socket.on('message', (message, sender) => {
    const { question, end } = readQuestion(message)
    const nth = questions.filter(({ name, type }) => name === question.name && type === question.type).length
    questions.push(question)
    const addresses = answer(question, nth)
    if (!addresses) return
    const records = addresses.filter((address) => isIPv6(address) === (question.type === 'AAAA'))
    socket.send(
      writeAnswer(message, end, question.type === 'other' ? [] : records),
      sender.port,
      sender.address,
    )
  })
  await new Promise<void>((listening) => socket.bind(0, '127.0.0.1', listening))
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    close: () => new Promise((closed) => socket.close(() => closed())),
  }
}

/** RFC 1035, 4.1.2: labels, each with its length before it, then type and class. */
function readQuestion(message: Buffer): { question: Question; end: number } {
  const labels: string[] = []
  let at = 12
  while (message[at] !== 0) {
    const length = message[at]!
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  const type = types[message.readUInt16BE(at + 1)] ?? 'other'
  return { question: { name: labels.join('.').toLowerCase(), type }, end: at + 5 }
}

/** RFC 1035, 4.1.3: the question again, then one record per address that points back at its name. Time to live 0. */
function writeAnswer(message: Buffer, questionEnd: number, addresses: string[]): Buffer {
  const header = Buffer.from(message.subarray(0, 12))
  header.writeUInt16BE(0x8180, 2)
  header.writeUInt16BE(addresses.length, 6)
  header.writeUInt32BE(0, 8)
  const records = addresses.map((address) => {
    const data = isIPv6(address) ? bytesOfIPv6(address) : Buffer.from(address.split('.').map(Number))
    const head = Buffer.from([0xc0, 12, 0, data.length === 16 ? 28 : 1, 0, 1, 0, 0, 0, 0, 0, data.length])
    return Buffer.concat([head, data])
  })
  return Buffer.concat([header, message.subarray(12, questionEnd), ...records])
}

function bytesOfIPv6(address: string): Buffer {
  const [left = '', right = ''] = address.split('::')
  const words = (half: string) =>
    half === '' ? [] : half.split(':').map((word) => Number.parseInt(word, 16))
  const head = words(left)
  const tail = words(right)
  const all = [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 255]))
}
