import { z } from 'zod';
import { findingKinds } from '../../../platform/findings/finding';
import { namedEnum } from '../../../platform/http/named-enum';

const finding = z.strictObject({
  kind: namedEnum('FindingKind', findingKinds),
  severity: namedEnum('Severity', ['notice', 'warning', 'critical']),
  subject: z.string(),
  explanation: z.string(),
  mend: z.string().meta({
    description: 'The SQL that repairs the problem, or a shell command if no SQL does. Read it before running it',
  }),
});
export const findingExample = {
  kind: 'missing-index' as const,
  severity: 'warning' as const,
  subject: 'courses_lesson (course_id)',
  explanation: 'About 4000 rows are read to find a few of them.',
  mend: 'CREATE INDEX CONCURRENTLY ON courses_lesson (course_id);',
};
export const findings = z.array(finding);
