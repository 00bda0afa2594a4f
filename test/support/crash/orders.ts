/** Orders to the process to be killed, and what it answers. */

export interface ChildOrders {
  dataDirectory: string
  /** PostgreSQL instead of SQLite in the folder. */
  databaseUrl?: string
  /** Port of the pictures and of the receiver of webhooks. */
  port: number
  /** Measure pictures with the real engine instead of making measurements up. */
  realEngine?: boolean
  /** Settings of this run, beside those of every one. */
  settings?: Record<string, string>
  /** Make clients and destinations. */
  isFirst: boolean
}

export interface Callers {
  [dialect: string]: { id: string; headers: Record<string, string> }
}

/** Prepaid calls that the Cashfree client begins with. */
export const balance = 1_000_000

/** A picture that holds this is worked on until the process ends. */
export const endless = 'without end'
