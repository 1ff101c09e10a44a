import { createRequire } from 'node:module';
import path from 'node:path';
import { InvalidConfiguration } from '../config/config';
import type { Extension } from './extension';

/**
 * Loads the packages that TEOART_EXTENSIONS names. A name is resolved among the packages installed in the current folder. A path
 * (`./badges`) may be a folder or a file.
 * @throws InvalidConfiguration
 */
export function loadExtensions(names: readonly string[]): Extension[] {
  const load = createRequire(path.resolve('package.json'));
  return names.map((name) => loadExtension(name, load));
}

function loadExtension(name: string, load: NodeJS.Require): Extension {
  const { extension } = loadExports(name, load);
  if (typeof extension?.module === 'function') return extension;
  throw new InvalidConfiguration([`TEOART_EXTENSIONS: ${name} does not export an \`extension\` with a \`module\``]);
}

function loadExports(name: string, load: NodeJS.Require): { extension?: Extension } {
  const file = resolvePath(name, load);
  if (file === null)
    throw new InvalidConfiguration([`TEOART_EXTENSIONS: ${name} is not installed in ${process.cwd()}`]);
  return load(file) as { extension?: Extension };
}

/** Returns null if the name cannot be resolved. The package itself is not loaded here, so that its own errors are not hidden. */
function resolvePath(name: string, load: NodeJS.Require): string | null {
  try {
    return load.resolve(name);
  } catch {
    return null;
  }
}
