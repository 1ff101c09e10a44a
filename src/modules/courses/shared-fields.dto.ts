import { z } from 'zod';
import { rule } from '../../platform/http/rules';

// Lengths match the database columns. Amounts and times have a maximum, so that typing errors are refused.
export const title = z.string().trim().min(1).max(200);
export const reward = z.int().min(0).max(10_000).meta({
  description:
    'TeoCoins. The settings of the school allow less: by default at most 50 for a lesson, 100 for an exercise and 500 for a course',
});
export const longText = (maxLength: number) => z.string().max(maxLength);
export const timestamp = z.iso.datetime();

const hasDomain = (url: string): boolean => URL.canParse(url) && z.regexes.domain.test(new URL(url).hostname);

const domainRule = rule('domain', 'Must be an https address with the domain name of a server');

/** An address that a browser opens. The server never fetches it. User names, passwords and spaces are refused. */
export const httpsUrl = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^https:\/\/[^\s/?#@]+([/?#]\S*)?$/, {
      abort: true,
      error: 'Must be an https address without a user name, password or spaces',
    })
    .refine(hasDomain, domainRule);

/**
 * An https address, or a path on the school's own site, where imported files are kept. `//` and `/\` are refused because a
 * browser would use the next part of the path as a host name.
 */
export const materialUrl = z
  .string()
  .max(2_000)
  .regex(/^(https:\/\/[^\s/?#@]+([/?#]\S*)?|\/(?![/\\])[^\s\\]*)$/, {
    abort: true,
    error: 'Must be an https address, or a path that begins with exactly one slash',
  })
  .refine((url) => url.startsWith('/') || hasDomain(url), domainRule);
