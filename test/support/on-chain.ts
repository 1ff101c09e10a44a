import { existsSync } from 'node:fs';
import path from 'node:path';

/** Why there is no chain to test on here, or null. A name for the skip. */
export const chainIsMissing = ((): string | null => {
  if (process.env.TEST_EVM_RPC_URL) return null;
  const { platform, arch } = process;
  try {
    const name = `@foundry-rs/anvil-${platform}-${arch === 'x64' ? 'amd64' : arch}`;
    if (existsSync(path.join(require.resolve(`${name}/package.json`), '../bin/anvil'))) return null;
  } catch {
    // Not installed: said below.
  }
  return `there is no anvil for ${platform}-${arch}, and TEST_EVM_RPC_URL is not set`;
})();

/** As `describe`, and skipped by name where there is no chain. */
export const describeOnChain = (name: string, tests: () => void): void =>
  chainIsMissing ? describe.skip(`${name} (${chainIsMissing})`, tests) : describe(name, tests);
