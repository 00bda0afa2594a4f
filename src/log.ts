import type { FastifyRequest } from 'fastify'
import { destination, type Logger, type LoggerOptions, pino } from 'pino'

/** @param stream where lines go; default: standard output */
export function createLog(level: string, stream: NodeJS.WritableStream = logDestination()): Logger {
  return pino(loggerOptions(level), stream)
}

/**
 * What a log line may hold. Requests are logged by method and route pattern alone: headers carry keys,
 * paths carry session tokens, and query strings and bodies carry personal data.
 */
function loggerOptions(level: string): LoggerOptions {
  return {
    level,
    // The multipart parser logs every header of the request at trace level.
    redact: { paths: ['busboyOptions'], remove: true },
    serializers: {
      req: (request: FastifyRequest) => ({
        method: request.method,
        route: request.routeOptions?.url ?? 'none',
        address: request.ip,
      }),
      res: (reply: { statusCode: number }) => ({ status: reply.statusCode }),
      err: (error: Error & { code?: string }) => ({
        type: error.name,
        code: error.code,
        message: error.message,
        stack: error.stack,
      }),
    },
  }
}

/**
 * Standard output, written by another thread ten times a second: a disk or a reader that is slow for a moment would
 * otherwise hold up every request, and so does waking a thread for each line. What is left is written when the process
 * ends; lines beyond 16 MB that nobody reads are dropped.
 */
function logDestination(): NodeJS.WritableStream {
  return destination({
    fd: 1,
    sync: false,
    minLength: 8 * 1024,
    periodicFlush: 100,
    maxLength: 16 * 1024 * 1024,
  }) as unknown as NodeJS.WritableStream
}
