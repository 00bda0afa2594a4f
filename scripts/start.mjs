/** `npm start`: everything a fresh clone needs, then the server, which this process supervises. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, compileModels, install, root } from './setup.mjs'
import { stopWithNpm } from './stop-with-npm.mjs'

stopWithNpm()

// The spellings of a switch in src/config, which is not built yet.
install({ production: ['true', '1', 'on'].includes(process.env.LIVEFACE_PRODUCTION) })
build()
compileModels()

// The command itself and not one more process above it: whoever ends this one ends the server.
const program = join(root, 'dist', 'cli.js')
process.argv = [process.execPath, program, 'serve']
await import(pathToFileURL(program).href)
