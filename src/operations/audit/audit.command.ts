import { Command, InvalidArgumentError } from 'commander';
import type { ChainLink } from '../../platform/audit/audit-chain';
import { print, type MakeCommand } from '../../platform/command-line/command-definition';

export const auditVerify: MakeCommand = ({ inApplication }) =>
  new Command('audit:verify')
    .summary('Compute the chain of the audit log again, and report the first entry that does not fit')
    .description(
      'The exit code is 1 if the log is broken. Give heads that were kept elsewhere: with them, also a log whose chain was computed anew is found.\n' +
        'See docs/operations/audit-log.md.',
    )
    .option(
      '--head <sequence:hash>',
      'an end of the chain, from a log line of the job audit:seal; may be repeated',
      addHead,
    )
    .action(({ head = [] }: { head?: ChainLink[] }) =>
      inApplication(async (context) => {
        const { AuditVerification } = await import('../../platform/audit/audit-verification.js');
        const report = await context.get(AuditVerification, { strict: false }).verify(head);
        print(`${report.verified} entries are verified, ${report.unsealed} are not sealed yet`);
        if (!report.firstBreak) return;
        print(`The audit log is broken at entry ${report.firstBreak.sequence}: ${report.firstBreak.problem}`);
        process.exitCode = 1;
      }),
    );

function addHead(value: string, heads: ChainLink[] = []): ChainLink[] {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(value) ?? [];
  if (!sequence || !hash) throw new InvalidArgumentError('It must be a sequence and a hash, such as 812:9f86….');
  return [...heads, { sequence: Number(sequence), hash }];
}
