/** `npm start`: everything a fresh clone needs, then the server. Later starts go straight to the server. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { build, compileModels, install, root } from './setup.mjs'

install()
build()
compileModels()

const server = spawn(process.execPath, [join(root, 'dist', 'cli.js'), 'serve'], { stdio: 'inherit' })
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => server.kill(signal))
server.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
