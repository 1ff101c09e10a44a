import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ToolFailed, ToolMissing } from '../backup.errors';

const installFolder = '/usr/lib/postgresql';

interface InstalledTool {
  command: string;
  majorVersion: number;
}

/** Finds the oldest installed PostgreSQL tool that is not older than the server. @throws ToolMissing */
export function findTool(tool: 'pg_dump' | 'pg_restore', serverMajorVersion: number): string {
  const installedTools = listInstalledTools(tool);
  const suitableTools = installedTools.filter(({ majorVersion }) => majorVersion >= serverMajorVersion);
  const [oldest] = suitableTools.sort((left, right) => left.majorVersion - right.majorVersion);
  if (oldest) return oldest.command;
  const toolTexts = installedTools.map(({ command, majorVersion }) => `${command} ${majorVersion}`);
  throw new ToolMissing(tool, serverMajorVersion, toolTexts);
}

/** Lists the tool in PATH, and those in the folders where Debian installs several versions. */
function listInstalledTools(tool: string): InstalledTool[] {
  const versionFolders = existsSync(installFolder) ? readdirSync(installFolder) : [];
  const commands = [tool, ...versionFolders.map((folder) => path.join(installFolder, folder, 'bin', tool))];
  const installedTools: InstalledTool[] = [];
  for (const command of commands) {
    const result = spawnSync(command, ['--version'], { encoding: 'utf8' });
    // The output is such as `pg_dump (PostgreSQL) 18.4`.
    const majorVersion = Number(/\s(\d+)/.exec(result.stdout ?? '')?.[1]);
    if (result.status === 0 && majorVersion > 0) installedTools.push({ command, majorVersion });
  }
  return installedTools;
}

/** The number of characters of the output that an error shows. */
const maxOutputLength = 4_000;

/** Runs a tool on a database. The password is passed in a file, because every user of the machine can read arguments. */
export async function runTool(command: string, args: readonly string[], url: string): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'teoart-pass-'));
  try {
    const child = spawn(command, [...args, '--no-password', '--dbname', movePasswordToFile(url, folder)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-maxOutputLength);
    });
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (exitCode !== 0) throw new ToolFailed(path.basename(command), output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the password of a URL into a file that only this user can read. @returns the URL with the file instead of the password */
function movePasswordToFile(url: string, folder: string): string {
  const toolUrl = new URL(url);
  if (toolUrl.password) {
    const passwordFile = path.join(folder, 'passwords');
    // A password file separates its fields by colons, so colons and backslashes are escaped.
    const escapedPassword = decodeURIComponent(toolUrl.password).replaceAll(/[\\:]/g, String.raw`\$&`);
    writeFileSync(passwordFile, `*:*:*:*:${escapedPassword}\n`, { mode: 0o600 });
    toolUrl.password = '';
    toolUrl.searchParams.set('passfile', passwordFile);
  }
  return toolUrl.href;
}
