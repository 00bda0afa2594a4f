/** `npm run dev`: the server from its sources, started again whenever one of them changes. */
import { spawn } from 'node:child_process'
import { build, compileModels, install, root } from './setup.mjs'
import { stopWithNpm } from './stop-with-npm.mjs'

stopWithNpm()
install()
build()
compileModels()

// Arguments go to `liveface serve`.
const args = ['node_modules/tsx/dist/cli.mjs', 'watch', '--clear-screen=false', 'src/cli.ts', 'serve']
const server = spawn(process.execPath, [...args, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => server.kill(signal))
server.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
