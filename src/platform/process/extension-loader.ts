import { createRequire } from 'node:module';
import path from 'node:path';
import { InvalidConfiguration } from '../config/invalid-configuration';
import type { Extension } from './extension';

/**
 * Loads the packages that TEOART_EXTENSIONS names, each only once. A name is that of a package installed in the current folder. A
 * path (`./badges`) is that of a folder or a file.
 * @throws InvalidConfiguration
 */
export function loadExtensions(names: readonly string[]): Extension[] {
  const load = createRequire(path.resolve('package.json'));
  const namesByFile = new Map(names.map((name) => [resolvePath(name, load), name]));
  return [...namesByFile].map(([file, name]) => extensionOf(file, name, load));
}

function resolvePath(name: string, load: NodeJS.Require): string {
  try {
    return load.resolve(name);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
    if (isMissing) throw invalidExtension(`${name} is not installed in ${process.cwd()}`, error);
    throw invalidExtension(`${name}: ${firstLineOf(error)}`, error);
  }
}

function extensionOf(file: string, name: string, load: NodeJS.Require): Extension {
  const { extension } = loadExports(file, name, load);
  if (typeof extension?.module === 'function') return extension;
  throw invalidExtension(`${name} does not export an \`extension\` with a \`module\``);
}

/** Keeps the error of the package as the cause, so that `--trace` and the log show where the package failed. */
function loadExports(file: string, name: string, load: NodeJS.Require): { extension?: Extension } {
  try {
    return load(file) as { extension?: Extension };
  } catch (error) {
    throw invalidExtension(`${name} cannot be loaded: ${firstLineOf(error)}`, error);
  }
}

const firstLineOf = (error: unknown): string =>
  error instanceof Error ? error.message.split('\n')[0]! : String(error);

const invalidExtension = (problem: string, cause?: unknown): InvalidConfiguration =>
  Object.assign(new InvalidConfiguration([`TEOART_EXTENSIONS: ${problem}`]), { cause });
