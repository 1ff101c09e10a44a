import { existsSync } from 'node:fs';
import path from 'node:path';

/** The reason why no local node can be started here, or null. */
const missingAnvilReason = ((): string | null => {
  const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  try {
    const folder = path.dirname(require.resolve(`@foundry-rs/anvil-${platform}/package.json`));
    if (existsSync(path.join(folder, process.platform === 'win32' ? 'bin/anvil.exe' : 'bin/anvil'))) return null;
  } catch {
    // The package is not installed. The reason is returned below.
  }
  return `there is no anvil for ${platform}`;
})();

/** The reason why there is no chain for tests here, or null. The names of skipped tests contain it. */
export const chainIsMissing = process.env.TEST_EVM_RPC_URL
  ? null
  : missingAnvilReason && `${missingAnvilReason}, and TEST_EVM_RPC_URL is not set`;

const describeUnless =
  (reason: string | null) =>
  (name: string, tests: () => void): void =>
    reason ? describe.skip(`${name} (${reason})`, tests) : describe(name, tests);

/** Like `describe`, but skipped with a reason if there is no chain. */
export const describeOnChain = describeUnless(chainIsMissing);
/** Like `describe`, but skipped with a reason if no local node can be started. */
export const describeWithAnvil = describeUnless(missingAnvilReason);
