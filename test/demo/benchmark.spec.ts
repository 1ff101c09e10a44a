import { spawnSync } from 'node:child_process';
import { buildOnce, root } from '../support/build-once';
import { testEngine } from '../support/database-url';

const pathCount = 8;

/** The benchmark itself fails if the reference answers differently or if an audit finds a problem. It takes a minute. */
(process.env.TEST_LONG ? test : test.skip)(
  'the benchmark measures every path, and the reference does the same work',
  async () => {
    await buildOnce();
    const sizes = ['--users', '20', '--rounds', '1', '--seconds', '0.2'];
    const { stdout, stderr } = spawnSync(process.execPath, ['scripts/bench.mjs', '--engine', testEngine(), ...sizes], {
      cwd: root,
      encoding: 'utf8',
    });
    const rows = stdout.split('\n').filter((line) => line.includes(' · '));
    expect({
      stderr,
      rowCount: rows.length - 1,
      isAudited: stdout.includes('Audit of reference: no problems'),
    }).toEqual({
      stderr: expect.not.stringContaining('Error'),
      rowCount: pathCount,
      isAudited: true,
    });
  },
);
