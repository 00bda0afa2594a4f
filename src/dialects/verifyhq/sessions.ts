import type { Client } from '../../access/clients.ts'
import type { Session } from '../../challenges/types.ts'
import type { Services } from '../dialect.ts'
import { VerifyHQError } from './errors.ts'

/** The client's session with this token. @throws VerifyHQError */
export async function ownSession(
  challenges: Services['challenges'],
  { id }: Client,
  token: string,
): Promise<Session> {
  const session = await challenges.find(id, token)
  if (!session) throw VerifyHQError.of('sessionNotFound')
  return session
}
