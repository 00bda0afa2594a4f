/** The settings of every command: those of the server, and those of each vendor's API. */
import { type Config, describeSettings, readConfig } from '../config/index.ts'
import { settingsOf } from '../dialects/common/settings.ts'
import { dialects } from '../dialects/index.ts'

/** What the environment of this process says. @throws ConfigError */
export function readSettings(): Config {
  return readConfig(process.env, settingsOf(dialects))
}

/** Every setting with its default and meaning. */
export function listSettings() {
  return describeSettings(settingsOf(dialects))
}
