import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The settings of an app that runs locally, by name. */
type LocalSettings = Readonly<Record<string, string>>;

/**
 * Reads the `Values` of `local.settings.json`, else of `local.settings.sample.json`. Returns no settings if both are missing.
 *
 * As with Core Tools, the environment overrides the file: see {@link withEnvironment}.
 */
export function readLocalSettings(appRoot: string): LocalSettings {
  const path = ['local.settings.json', 'local.settings.sample.json']
    .map((name) => join(appRoot, name))
    .find((candidate) => existsSync(candidate));
  return path === undefined ? {} : parseLocalSettings(readFileSync(path, 'utf8'), path);
}

/** Returns the settings, overridden by the environment. */
export function withEnvironment(settings: LocalSettings, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...settings, ...environment };
}

function parseLocalSettings(text: string, path: string): LocalSettings {
  const { IsEncrypted, Values } = parseObject(text, path);
  if (IsEncrypted === true) throw new Error(`Cannot read "${path}": it is encrypted. Run "func settings decrypt"`);
  if (Values === undefined) return {};
  if (!isObject(Values)) throw new Error(`Cannot read "${path}": "Values" must be an object`);
  const stray = Object.entries(Values).find(([, value]) => typeof value !== 'string');
  if (stray !== undefined) throw new Error(`Cannot read "${path}": the value of "${stray[0]}" must be a string`);
  return Values as LocalSettings;
}

function parseObject(text: string, path: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Error(`Cannot read "${path}": it is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (!isObject(parsed)) throw new Error(`Cannot read "${path}": it must be an object with "Values"`);
  return parsed;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
