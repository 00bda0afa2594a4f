import type { DialectRecords } from '../records/types.ts'
import { openMeasurements } from './measurements.ts'

/** Erases what people decided about checks, and shows it with what was measured in them. */
export const caseRecords: DialectRecords = {
  async erase(transaction, clientId, checkIds) {
    await transaction
      .deleteFrom('case_decisions')
      .where('client_id', '=', clientId)
      .where('check_id', 'in', [...checkIds])
      .execute()
  },

  async read(db, masterKey, clientId, checkIds) {
    const ids = [...checkIds]
    const decisions = await db
      .selectFrom('case_decisions')
      .selectAll()
      .where('client_id', '=', clientId)
      .where('check_id', 'in', ids)
      .execute()
    const checks = await db
      .selectFrom('checks')
      .select(['id', 'measurements'])
      .where('client_id', '=', clientId)
      .where('id', 'in', ids)
      .where('measurements', 'is not', null)
      .execute()
    return {
      case_decisions: decisions.map((row) => ({ ...row })),
      check_measurements: checks.map(({ id, measurements }) => ({
        check_id: id,
        ...openMeasurements(masterKey, clientId, id, measurements!),
      })),
    }
  },
}
