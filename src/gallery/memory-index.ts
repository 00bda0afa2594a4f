import { quantise } from './codes.ts'
import { dimensions } from './kernel.ts'
import { type Blocks, blockRows, viewsOf } from './layout.ts'
import { flagsOf } from './scan.ts'
import type { EntryTraits } from './types.ts'

/** A change of the gallery, as read from the database. */
export type Change =
  | { id: string; sequence: number; forgotten: true }
  | {
      id: string
      sequence: number
      forgotten: false
      traits: EntryTraits
      vendorData: string | null
      /** Opens the template; called only for entries that are new here. */
      template(): Float32Array
    }

/** One client's templates in memory, and up to which change they are known. */
export interface MemoryIndex {
  readonly blocks: readonly number[]
  /** Slots in use, dead ones included. New entries come last. */
  readonly count: number
  /** Living entries. */
  readonly size: number
  /** Newest change applied. */
  readonly sequence: number
  /** Counts every change that is more than a new entry: a scan from before it can't be continued. */
  readonly generation: number
  /** Counts how often entries moved to other slots: what a scan from before it found means nothing now. */
  readonly layout: number
  /** Applies changes in the order of their sequence; those already known are passed over. */
  apply(changes: readonly Change[]): void
  idOf(slot: number): string | undefined
  /** Number of some vendor data, or one that no row has when it is unknown. */
  internedVendor(vendorData: string): number
}

/** Dead rows, as a share of all, from which an index is repacked. */
const maxDead = 0.5

export function createMemoryIndex(store: Blocks): MemoryIndex {
  let blocks: number[] = []
  // Views are made once per block.
  let views: ReturnType<typeof viewsOf>[] = []
  let ids: (string | undefined)[] = []
  let slots = new Map<string, number>()
  let vendors = new Map<string, number>()
  let sequence = 0
  let generation = 0
  let layout = 0

  const viewOf = (slot: number) => views[Math.floor(slot / blockRows)]!
  const rowOf = <Values extends Float32Array | Int8Array>(values: Values, slot: number) => {
    const start = (slot % blockRows) * dimensions
    return values.subarray(start, start + dimensions) as Values
  }
  const setFlags = ({ seen, notes }: ReturnType<typeof viewsOf>, row: number, flags: number) => {
    seen[0]! |= 1 << flags
    notes[row * 2 + 1] = flags
  }

  function intern(vendorData: string | null): number {
    if (vendorData === null) return 0
    const known = vendors.get(vendorData)
    if (known) return known
    vendors.set(vendorData, vendors.size + 1)
    return vendors.size
  }

  function append(id: string, vector: Float32Array, vendor: number, flags: number): void {
    const slot = ids.length
    if (slot % blockRows === 0) {
      const block = store.take()
      blocks.push(block)
      views.push(viewsOf(store.memory, block))
    }
    ids.push(id)
    slots.set(id, slot)
    const row = slot % blockRows
    const view = viewOf(slot)
    rowOf(view.vectors, slot).set(vector)
    const { scale, error } = quantise(vector, rowOf(view.codes, slot))
    view.scales[row] = scale
    view.errors[row] = error
    view.notes[row * 2] = vendor
    // The flags come last: a scan on another thread must not take half a row for a whole one.
    setFlags(view, row, flags)
  }

  function drop(id: string): void {
    const slot = slots.get(id)
    if (slot === undefined) return
    const view = viewOf(slot)
    const row = slot % blockRows
    view.notes.fill(0, row * 2, row * 2 + 2)
    rowOf(view.vectors, slot).fill(0)
    rowOf(view.codes, slot).fill(0)
    view.scales[row] = 0
    view.errors[row] = 0
    ids[slot] = undefined
    slots.delete(id)
    generation++
  }

  /** Moves the living entries into new blocks; the old ones, zeroed, go back to the store. */
  function pack(): void {
    const old = { blocks, ids, vendors }
    const names = [...old.vendors.keys()]
    const living = old.ids.flatMap((id, slot) => {
      if (id === undefined) return []
      const { notes, vectors } = viewOf(slot)
      const vendor = notes[(slot % blockRows) * 2]!
      const flags = notes[(slot % blockRows) * 2 + 1]!
      return [{ id, vector: rowOf(vectors, slot), vendorData: names[vendor - 1] ?? null, flags }]
    })
    blocks = []
    views = []
    ids = []
    slots = new Map()
    vendors = new Map()
    for (const { id, vector, vendorData, flags } of living) append(id, vector, intern(vendorData), flags)
    for (const block of old.blocks) store.giveBack(block)
    generation++
    layout++
  }

  return {
    get blocks() {
      return blocks
    },
    get count() {
      return ids.length
    },
    get size() {
      return slots.size
    },
    get sequence() {
      return sequence
    },
    get generation() {
      return generation
    },
    get layout() {
      return layout
    },

    apply(changes) {
      for (const change of changes) {
        if (change.sequence <= sequence) continue
        const slot = slots.get(change.id)
        if (change.forgotten) {
          drop(change.id)
        } else if (slot === undefined) {
          append(change.id, change.template(), intern(change.vendorData), flagsOf(change.traits))
        } else {
          setFlags(viewOf(slot), slot % blockRows, flagsOf(change.traits))
          generation++
        }
        sequence = change.sequence
      }
      const dead = ids.length - slots.size
      if (dead > blockRows && dead > ids.length * maxDead) pack()
    },

    idOf: (slot) => ids[slot],
    internedVendor: (vendorData) => vendors.get(vendorData) ?? 0xffffffff,
  }
}
