import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWithAnvil } from '../../support/on-chain';

const script = path.resolve(__dirname, '../../../scripts/local-chain.mjs');

describeWithAnvil('the supervisor of a local chain', () => {
  let folder: string;
  let file: string;
  const started: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'teoart-chain-'));
    file = path.join(folder, 'chain.state');
  });
  afterEach(async () => {
    for (const child of started.splice(0)) await end(child);
    rmSync(folder, { recursive: true });
  });

  async function start(...args: string[]): Promise<{ child: ChildProcess; rpcUrl: string; problem: Promise<string> }> {
    const child = spawn(process.execPath, [script, ...args]);
    started.push(child);
    const problem = text(child.stderr);
    for await (const line of createInterface({ input: child.stdout })) {
      return { child, problem, rpcUrl: (JSON.parse(line) as { rpcUrl: string }).rpcUrl };
    }
    throw new Error(await problem);
  }

  /** Closes the standard input of the supervisor, as the operating system does when the process that started it dies. */
  async function end(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.stdin!.end();
    await exited;
  }

  async function ask(rpcUrl: string, method: string, ...params: unknown[]): Promise<any> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const response = await fetch(rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return ((await response.json()) as { result: unknown }).result;
  }

  const isResponding = (rpcUrl: string): Promise<boolean> =>
    ask(rpcUrl, 'eth_blockNumber').then(
      () => true,
      () => false,
    );

  /** Starts a chain that must not start. @returns the text on its standard error */
  async function errorOfStart(): Promise<string> {
    const child = spawn(process.execPath, [script, '--state', file], { stdio: ['pipe', 'ignore', 'pipe'] });
    const [reason] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(child.exitCode).toBe(1);
    return reason;
  }

  it('the supervisor of the local chain ends its node when its standard input closes', async () => {
    const { child, rpcUrl } = await start();
    expect(await isResponding(rpcUrl)).toBe(true);
    await end(child);
    expect(await isResponding(rpcUrl)).toBe(false);
  });

  it('the local chain keeps its blocks over a restart if it has a state file', async () => {
    const first = await start('--state', file, '--block-time', '0.1');
    const [from, to] = (await ask(first.rpcUrl, 'eth_accounts')) as [string, string];
    const hash: unknown = await ask(first.rpcUrl, 'eth_sendTransaction', { from, to, value: '0x1' });
    while ((await ask(first.rpcUrl, 'eth_getTransactionReceipt', hash)) === null) await sleep(20);
    const { blockHash } = await ask(first.rpcUrl, 'eth_getTransactionReceipt', hash);
    await end(first.child);
    const second = await start('--state', file, '--block-time', '0.1');
    expect(await ask(second.rpcUrl, 'eth_getTransactionReceipt', hash)).toMatchObject({ blockHash });
  });

  it('the local chain stops creating blocks a hundred blocks after the last transaction', async () => {
    const { rpcUrl } = await start('--block-time', '0.002');
    const head = async (): Promise<number> => Number(await ask(rpcUrl, 'eth_blockNumber'));
    while ((await head()) < 103) await sleep(20);
    await sleep(100);
    expect(await head()).toBe(103);
  });

  it('the local chain does not start with a damaged state file, says which file to delete, and does not change it', async () => {
    writeFileSync(file, 'half a fi');
    expect(await errorOfStart()).toContain(
      `${file} is damaged (Failed to decode state dump); delete the file to start a new chain`,
    );
    expect(readFileSync(file, 'utf8')).toBe('half a fi');
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('a local chain refuses the state file of a running chain, and accepts that of a process that no longer runs', async () => {
    const { child } = await start('--state', file);
    expect(await errorOfStart()).toContain(`${file} is in use by process ${child.pid}`);
    await end(child);
    writeFileSync(`${file}.lock`, '999999999');
    await expect(start('--state', file)).resolves.toBeDefined();
  });

  it('a local chain waits for its state file if the chain that uses it is still saving', async () => {
    const { child } = await start('--state', file);
    const second = start('--state', file);
    // After a second, the second chain has found that the file is in use.
    await sleep(1_000);
    await end(child);
    await expect(second).resolves.toBeDefined();
  });

  // Only Linux lists the children of a process in a file.
  const itOnLinux = existsSync('/proc/self/task') ? it : it.skip;
  itOnLinux('the supervisor of the local chain ends with an error message when its node has ended', async () => {
    const { child, problem } = await start();
    const exited = once(child, 'exit');
    process.kill(Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')));
    expect(await exited).toEqual([1, null]);
    expect(await problem).toBe('The local chain failed: anvil exited with 0\n');
  });
});
