import { existsSync } from 'node:fs';
import path from 'node:path';

/** Why no node of our own can be started here, or null. */
const anvilIsMissing = ((): string | null => {
  const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  try {
    const folder = path.dirname(require.resolve(`@foundry-rs/anvil-${platform}/package.json`));
    if (existsSync(path.join(folder, process.platform === 'win32' ? 'bin/anvil.exe' : 'bin/anvil'))) return null;
  } catch {
    // Not installed: said below.
  }
  return `there is no anvil for ${platform}`;
})();

/** Why there is no chain to test on here, or null. A name for the skip. */
export const chainIsMissing = process.env.TEST_EVM_RPC_URL
  ? null
  : anvilIsMissing && `${anvilIsMissing}, and TEST_EVM_RPC_URL is not set`;

const describeUnless =
  (reason: string | null) =>
  (name: string, tests: () => void): void =>
    reason ? describe.skip(`${name} (${reason})`, tests) : describe(name, tests);

/** As `describe`, and skipped by name where there is no chain. */
export const describeOnChain = describeUnless(chainIsMissing);
/** The same for what starts nodes itself. */
export const describeWithAnvil = describeUnless(anvilIsMissing);
