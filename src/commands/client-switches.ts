/** Options of commands for what single vendors' APIs do for some clients only. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ClientSettings } from '../access/settings.ts'
import type { ClientSwitch } from '../dialects/common/client-switch.ts'
import type { Dialect } from '../dialects/dialect.ts'

/** @param value how the option's value is written; without one in brackets the option switches on */
export function addClientSwitches(
  command: Command,
  dialects: readonly Dialect[],
  value: '<on|off>' | '[on|off]',
): Command {
  for (const { title, clientSwitches = [] } of dialects) {
    for (const { name, meaning } of clientSwitches) {
      const option = new Option(`${flagOf(name)} ${value}`, `${title}: ${meaning}`)
      command.addOption(option.preset('on').argParser(onOff))
    }
  }
  return command
}

/**
 * The settings that a command's options stand for.
 * @param options as commander gives them
 * @throws Error when one is of another vendor than the client's
 */
export function switchedSettings(
  options: object,
  dialects: readonly Dialect[],
  clientDialect: string,
): Partial<ClientSettings> {
  const settings: Partial<ClientSettings> = {}
  for (const { name: dialect, clientSwitches = [] } of dialects) {
    for (const option of clientSwitches) {
      const on = stateOf(option, options)
      if (on === undefined) continue
      if (dialect !== clientDialect)
        throw new Error(`A client of ${clientDialect} has no option ${flagOf(option.name)}.`)
      Object.assign(settings, option.set(on))
    }
  }
  return settings
}

function stateOf({ name }: ClientSwitch, options: object): boolean | undefined {
  return (options as Record<string, boolean | undefined>)[name]
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** For commander. */
export function onOff(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new InvalidArgumentError('Neither `on` nor `off`.')
  return text === 'on'
}
