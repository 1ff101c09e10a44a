import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ToolFailed, ToolMissing } from '../backup.errors';

const installFolder = '/usr/lib/postgresql';

/** Finds an installed PostgreSQL tool that is not older than the server. */
export function findTool(tool: 'pg_dump' | 'pg_restore', major: number): string {
  const folders = existsSync(installFolder)
    ? readdirSync(installFolder).map((version) => path.join(installFolder, version, 'bin'))
    : [];
  const candidates = [tool, ...folders.map((folder) => path.join(folder, tool))];
  const versions = candidates.flatMap((command) => {
    const result = spawnSync(command, ['--version'], { encoding: 'utf8' });
    const version = Number(/\s(\d+)/.exec(result.stdout ?? '')?.[1]);
    return result.status === 0 && version > 0 ? [{ command, version }] : [];
  });
  const suitable = versions
    .filter(({ version }) => version >= major)
    .sort((one, other) => one.version - other.version)[0];
  if (!suitable)
    throw new ToolMissing(
      tool,
      major,
      versions.map(({ command, version }) => `${command} ${version}`),
    );
  return suitable.command;
}

/** Runs a tool on a database. The password is passed in a file, because every user of the machine can read arguments. */
export async function runTool(command: string, args: readonly string[], url: string): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'teoart-pass-'));
  try {
    const child = spawn(command, [...args, '--no-password', '--dbname', movePasswordToFile(url, folder)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr.on('data', (part: Buffer) => (output = (output + part.toString()).slice(-4_000)));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code !== 0) throw new ToolFailed(path.basename(command), output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function movePasswordToFile(url: string, folder: string): string {
  const withoutSecret = new URL(url);
  if (withoutSecret.password) {
    const file = path.join(folder, 'passwords');
    const password = decodeURIComponent(withoutSecret.password).replaceAll(/[\\:]/g, String.raw`\$&`);
    writeFileSync(file, `*:*:*:*:${password}\n`, { mode: 0o600 });
    withoutSecret.password = '';
    withoutSecret.searchParams.set('passfile', file);
  }
  return withoutSecret.href;
}
