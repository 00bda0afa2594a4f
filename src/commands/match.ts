import { readFile } from 'node:fs/promises'
import { Command, InvalidArgumentError } from 'commander'
import { judgeMatch, type MatchVerdict } from '../decisions/match.ts'
import { createEngine } from '../engine/index.ts'
import { findPictures } from './pictures.ts'
import { readSettings } from './settings.ts'
import { createProgress, printableJson, table } from './terminal.ts'

/** `liveface match a b...`: compares the first picture with each of the others. */
export function matchCommand(): Command {
  return new Command('match')
    .description('Is it the same person? Exit code 0: in all pairs; 1: not in one; 2: one could not be read.')
    .argument('<first>', 'picture to compare with')
    .argument('<others...>', 'files or folders')
    .option(
      '--threshold <number>',
      'similarity from which faces count as one person (default: LIVEFACE_MATCH_THRESHOLD)',
      threshold,
    )
    .option('--json', 'print one JSON object per pair')
    .action(match)
}

async function match(
  first: string,
  others: string[],
  options: { threshold?: number; json?: true },
): Promise<void> {
  const files = await findPictures(others)
  const config = readSettings()
  const policy = { threshold: options.threshold ?? config.match.threshold }
  const engine = await createEngine(config.engine)
  try {
    const reference = await readFile(first)
    const progress = createProgress(files.length)
    const results: { file: string; verdict: MatchVerdict | null; error: string | null }[] = []
    for (const file of files) {
      try {
        const report = await engine.compare(reference, await readFile(file), {
          want: { template: true, age: true, traits: false, liveness: false },
        })
        results.push({ file, verdict: judgeMatch(report, policy), error: null })
      } catch (error) {
        results.push({ file, verdict: null, error: error instanceof Error ? error.message : String(error) })
      }
      progress.step()
    }
    const lines = options.json
      ? printableJson(
          results
            .map(({ file, verdict, error }) => JSON.stringify({ first, second: file, verdict, error }))
            .join('\n'),
        )
      : table([
          ['picture', 'verdict', 'similarity'],
          ...results.map(({ file, verdict, error }) => [
            file,
            verdict?.outcome ?? error ?? '',
            verdict && 'similarity' in verdict ? verdict.similarity.toFixed(3) : '-',
          ]),
        ])
    process.stdout.write(`${lines}\n`)
    if (results.some((result) => result.error)) process.exitCode = 2
    else process.exitCode = results.every((result) => result.verdict?.outcome === 'same') ? 0 : 1
  } finally {
    await engine.close()
  }
}

function threshold(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('Not a number between 0 and 1.')
  return value
}
