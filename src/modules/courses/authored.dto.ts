import { z } from 'zod';

/** Pieces of what teachers write. Lengths are the columns'; amounts and times are bounded so that a slip is noticed. */
export const title = z.string().trim().min(1).max(200);
export const reward = z.int().min(0).max(10_000).meta({ description: 'TeoCoins' });
export const prose = (max: number) => z.string().max(max);
export const moment = z.iso.datetime();

/** The server fetches none of these; a browser does, so nothing but https. */
export const httpsUrl = (max: number) =>
  z
    .url({ protocol: /^https$/, hostname: z.regexes.domain })
    .max(max)
    .regex(/^\S+$/, 'Must not contain spaces');
