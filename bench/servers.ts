import { spawnSync } from 'node:child_process';
import type { Path } from './load';
import { hotPaths } from './paths';
import { portOf, root, start, type StartedProcess, type StartOptions } from './processes';
import { settings, type Learner, type School } from './school';

/** A server that is measured, with a database of its own. */
export interface Server {
  name: string;
  /** Our application also delivers what it has written to the outbox. */
  kind: 'ours' | 'reference' | 'django';
  databaseUrl: string;
  process: StartedProcess;
  port: number;
  paths: Path[];
}

/**
 * Prepares the databases of our server and of the reference, with this Node or with another one, whose version is then a part of their
 * names. @returns functions that start them
 */
export async function copyForPair(
  school: School,
  learners: Learner[],
  node?: string,
): Promise<(() => Promise<Server>)[]> {
  const suffix = node ? `, Node ${versionOf(node)}` : '';
  const create = async (kind: 'ours' | 'reference', script: string, databaseUrl: string): Promise<Server> => {
    const options: StartOptions = { env: { ...settings, DATABASE_URL: databaseUrl } };
    if (node) options.node = node;
    const process = await start(script, [], options);
    const paths = hotPaths(learners, ({ token }) => token);
    return { name: `${kind}${suffix}`, kind, databaseUrl, process, port: portOf(process), paths };
  };
  const oursUrl = node ? await school.copy('ours_other') : school.url;
  const referenceUrl = await school.copy(node ? 'reference_other' : 'reference');
  return [
    () => create('ours', 'dist/src/main.js', oursUrl),
    () => create('reference', 'dist/bench/reference.js', referenceUrl),
  ];
}

const versionOf = (node: string): string => spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim().slice(1);

/** The reason why servers cannot run with this Node, or null. */
export function whyNotNode(node: string, school: School): string | null {
  if (spawnSync(node, ['--version']).status !== 0) return `${node} is not a Node`;
  if (school.engine === 'postgres') return null;
  const openScript = "new (require('better-sqlite3'))(':memory:')";
  const canOpen = spawnSync(node, ['-e', openScript], { cwd: root }).status === 0;
  return canOpen ? null : `better-sqlite3 is installed for Node ${process.version} and not for Node ${versionOf(node)}`;
}

/** Each of our servers with the reference that runs with the same Node. */
export function pairsOf(servers: readonly Server[]): [server: Server, reference: Server][] {
  const references = servers.filter(({ kind }) => kind === 'reference');
  return servers.filter(({ kind }) => kind === 'ours').map((server, index) => [server, references[index]!]);
}
