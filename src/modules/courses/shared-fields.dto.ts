import { z } from 'zod';

/** Pieces of what teachers write. Lengths are the columns'; amounts and times are bounded so that a slip is noticed. */
export const title = z.string().trim().min(1).max(200);
export const reward = z.int().min(0).max(10_000).meta({
  description:
    'TeoCoins; the school allows less for one thing: by default 50 for a lesson, 100 for an exercise, 500 for a course',
});
export const prose = (max: number) => z.string().max(max);
export const moment = z.iso.datetime();

/** An address for a browser; the server fetches none of these. No names and passwords inside, no tricks of spelling. */
export const httpsUrl = (max: number) =>
  z
    .url({ protocol: /^https$/, hostname: z.regexes.domain, abort: true })
    .max(max)
    .regex(/^https:\/\/[^\s/?#@]+([/?#]\S*)?$/, 'Must be an https address without a name or spaces');

/** Also a path on the school's own site, where files of another system lie: never one that a browser takes for a host. */
export const materialUrl = z.union([
  httpsUrl(2_000),
  z
    .string()
    .max(2_000)
    .regex(/^\/(?![/\\])[^\s\\]*$/, 'Must be a path that begins with one slash'),
]);
