import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { root } from './build-once';

const packageFolder = path.join(root, 'packages/client');

/** Builds the client and packs it as it is published. Returns the path of the tarball. */
export function packClient(folder: string): string {
  const args = ['pack', '--silent', '--pack-destination', folder];
  const output = execFileSync('npm', args, {
    cwd: packageFolder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return path.join(folder, output.trim().split('\n').at(-1)!);
}

/** Builds the client, and returns the folder of its ES modules. */
export function builtClient(): string {
  execFileSync(process.execPath, ['packages/client/generator/build.mjs'], { cwd: root });
  return path.join(packageFolder, 'dist');
}

/** Makes `import 'teoart-client'` work for programs in the folder. */
export function linkClient(folder: string): void {
  builtClient();
  mkdirSync(path.join(folder, 'node_modules'), { recursive: true });
  symlinkSync(packageFolder, path.join(folder, 'node_modules/teoart-client'), 'junction');
}

/** The code blocks of the README in these languages. */
export function readmeBlocks(...languages: string[]): string[] {
  const readme = readFileSync(path.join(packageFolder, 'README.md'), 'utf8');
  const blocks = readme.matchAll(/^```(\w+)\n([^]*?)^```$/gm);
  return [...blocks].filter(([, language]) => languages.includes(language!)).map(([, , code]) => code!);
}
