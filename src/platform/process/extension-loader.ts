import { createRequire } from 'node:module';
import path from 'node:path';
import { InvalidConfiguration } from '../config/config';
import type { Extension } from './extension';

/**
 * The extensions of the packages that TEOART_EXTENSIONS names. A name is found as the package manager of the current folder
 * installed it; a path (`./badges`) is a folder or a file.
 * @throws InvalidConfiguration
 */
export function loadExtensions(names: readonly string[]): Extension[] {
  const load = createRequire(path.resolve('package.json'));
  return names.map((name) => extensionOf(name, load));
}

function extensionOf(name: string, load: NodeJS.Require): Extension {
  const { extension } = exportsOf(name, load);
  if (typeof extension?.module === 'function') return extension;
  throw new InvalidConfiguration([`TEOART_EXTENSIONS: ${name} does not export an \`extension\` with a \`module\``]);
}

function exportsOf(name: string, load: NodeJS.Require): { extension?: Extension } {
  const found = pathOf(name, load);
  if (found === null)
    throw new InvalidConfiguration([`TEOART_EXTENSIONS: ${name} is not installed in ${process.cwd()}`]);
  return load(found) as { extension?: Extension };
}

/** Null where nothing has the name. An error inside the package is not taken for that. */
function pathOf(name: string, load: NodeJS.Require): string | null {
  try {
    return load.resolve(name);
  } catch {
    return null;
  }
}
