import type { Path } from './load';
import { hotPaths } from './paths';
import { portOf, start, type StartedProcess, type StartOptions } from './processes';
import { settings, type Learner, type School } from './school';

/** A server that is measured, with a database of its own. */
export interface Server {
  name: string;
  /** Whether this is our application, which also delivers what it has written to the outbox. */
  isOurs: boolean;
  /** The name of the server with which its speed is compared, or null for a reference. */
  comparedWith: string | null;
  databaseUrl: string;
  process: StartedProcess;
  port: number;
  paths: Path[];
}

export const ours = 'ours';
export const reference = 'reference';

/** Starts our server and the reference with this Node or, with `suffix`, with another one. */
export async function startPair(
  school: School,
  learners: Learner[],
  { suffix = '', node }: { suffix?: string; node?: string } = {},
): Promise<Server[]> {
  const copyName = suffix.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const create = async (name: string, script: string, nodeArgs: string[]): Promise<Server> => {
    const isFirst = name === ours && suffix === '';
    const databaseUrl = isFirst ? school.url : await school.copy(`${name}${copyName}`);
    const options: StartOptions = { env: { ...settings, DATABASE_URL: databaseUrl }, nodeArgs };
    if (node) options.node = node;
    return {
      name: `${name}${suffix}`,
      isOurs: name === ours,
      comparedWith: name === ours ? `${reference}${suffix}` : null,
      databaseUrl,
      paths: hotPaths(learners, ({ token }) => token),
      ...(await startOn(script, options)),
    };
  };
  // The school is copied before a server connects to it.
  const second = await create(reference, 'dist/bench/reference.js', []);
  return [await create(ours, 'dist/src/main.js', []), second];
}

async function startOn(script: string, options: StartOptions): Promise<Pick<Server, 'process' | 'port'>> {
  const process = await start(script, [], options);
  return { process, port: portOf(process) };
}
