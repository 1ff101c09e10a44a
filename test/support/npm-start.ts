import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { buildOnce, root } from './build-once';
import { waitForUrl } from './server';

export interface StartedSchool {
  url: string;
  /** Ends the application as Ctrl-C does, and removes its local chain. */
  stop: () => Promise<void>;
}

/**
 * Runs `npm start` as a newcomer does. It sets only a free port, a database and no `.env`, so that it does not touch the developer's own
 * school. The build is current, so that `npm start` builds nothing.
 */
export async function npmStart(databaseUrl: string): Promise<StartedSchool> {
  await buildOnce();
  const child = spawn('npm', ['start'], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      DATABASE_URL: databaseUrl,
      ENV_FILE: '',
      // Otherwise npm sometimes asks the registry for its newest version.
      npm_config_update_notifier: 'false',
      NODE_OPTIONS: `--require "${path.join(__dirname, 'end-with-parent.cjs')}"`,
    },
    // The application is a grandchild. A signal reaches it only through a process group of their own.
    detached: true,
  });
  const log: string[] = [];
  child.stderr.on('data', (part: Buffer) => log.push(part.toString()));
  // `close` comes after the end of the local chain too, because it writes to the same error output.
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const stop = async (): Promise<void> => {
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (!hasEnded) process.kill(-child.pid!, 'SIGINT');
    const [code, signal] = await closed;
    for (const file of chainFilesOf(databaseUrl)) rmSync(file, { force: true });
    if (hasEnded) throw new Error(`npm start ended by itself with ${signal ?? code}:\n${log.join('')}`);
  };
  return { url: await waitForUrl(child, log), stop };
}

/** The files in which `npm start` keeps the local chain of a database. */
function chainFilesOf(databaseUrl: string): string[] {
  const name = createHash('sha256').update(databaseUrl).digest('hex').slice(0, 12);
  return ['state', 'state.lock'].map((extension) => path.join(root, 'var/chain', `${name}.${extension}`));
}
