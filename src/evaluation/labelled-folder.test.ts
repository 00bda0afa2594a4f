import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readRows } from './csv.ts'
import { readCaptures } from './labelled-folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liveface-captures-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const live = { bonafide: true, instrument: '' }

describe('sub-folders', () => {
  it('say label, kind of attack and person', () => {
    const pictures = [
      'attack/print/1.jpg',
      'attack/mask/eve/2.jpg',
      'live/3.jpg',
      'live/ann/4.jpg',
      'notes/5.jpg',
    ]
    expect(readCaptures(folder, pictures)).toEqual([
      { path: 'attack/print/1.jpg', bonafide: false, instrument: 'print', person: null },
      { path: 'attack/mask/eve/2.jpg', bonafide: false, instrument: 'mask', person: 'eve' },
      { path: 'live/3.jpg', ...live, person: null },
      { path: 'live/ann/4.jpg', ...live, person: 'ann' },
    ])
  })

  it('must name the kind of an attack', () => {
    expect(() => readCaptures(folder, ['attack/1.jpg'])).toThrow('attack/1.jpg is of no kind of attack')
  })

  it('must be there', () => {
    expect(() => readCaptures(folder, ['1.jpg'])).toThrow('expected live/, attack/KIND/ or labels.csv')
  })
})

describe('labels.csv', () => {
  const read = (text: string) => {
    writeFileSync(join(folder, 'labels.csv'), text)
    return readCaptures(folder, [])
  }

  it('says the same, in any order of columns and with quotes', () => {
    writeFileSync(join(folder, 'a, b.jpg'), '')
    writeFileSync(join(folder, 'c.jpg'), '')
    expect(read('\ufeffLabel,path,attack,person\r\nlive,"a, b.jpg",,ann\r\n\r\nattack,c.jpg,,\r\n')).toEqual([
      { path: 'a, b.jpg', ...live, person: 'ann' },
      { path: 'c.jpg', bonafide: false, instrument: 'attack', person: null },
    ])
  })

  it.each([
    ['path,person\na.jpg,ann\n', 'no column label'],
    ['path,label\n\na.jpg,genuine\n', 'line 3: the label is neither'],
    ['path,label\nmissing.jpg,live\n', 'line 2: there is no file missing.jpg'],
    ['path,label\n"a.jpg,live\n', 'line 2: a quote is not closed'],
  ])('that is wrong names the line: %j', (text, message) => {
    expect(() => read(text)).toThrow(new RegExp(message, 'i'))
  })
})

describe('comma-separated rows', () => {
  it('keep quotes, commas and line breaks of values, and the number of their line', () => {
    expect(readRows('a,"b ""c"",\nd"\n\n1,\n')).toEqual([
      { line: 1, values: ['a', 'b "c",\nd'] },
      { line: 4, values: ['1', ''] },
    ])
  })
})
