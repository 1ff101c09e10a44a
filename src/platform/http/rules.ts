import { z } from 'zod';

/**
 * The second argument of `refine`, for a rule that JSON Schema cannot say. The document lists it as `x-rule` of the schema, and an
 * error names it in `rule`. The name never changes; the message is shown to people.
 *
 *     z.string().refine(isTimeZone, rule('time_zone', 'Must be the name of a time zone, such as Europe/Rome'))
 */
export const rule = (name: string, message: string, path?: string[]) => ({
  error: message,
  params: { rule: name },
  ...(path ? { path } : {}),
});

/** The part of a JSON Schema for an object that must have the member, for `anyOf` and `oneOf`. */
export const requires = (member: string) => ({ required: [member], properties: { [member]: {} } });

/** An issue of zod, with the members that say which rule was broken. */
export interface Issue {
  code?: string;
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined;
  /** The unknown members of a strict object. */
  keys?: string[];
  origin?: string;
  params?: { rule?: string };
}

const ruleByCode: Record<string, string> = {
  invalid_type: 'type',
  invalid_value: 'choice',
  invalid_format: 'format',
  invalid_union: 'type',
  invalid_key: 'member_name',
  unrecognized_keys: 'unknown_member',
  not_multiple_of: 'multiple',
};

/** The name of the rule that an issue reports. A value that is missing breaks the rule `required`. */
export function ruleOf({ code = '', origin = '', params }: Issue, isMissing: boolean): string {
  if (code === 'custom') return params?.rule ?? 'invalid';
  if (isMissing && ['invalid_type', 'invalid_value', 'invalid_union'].includes(code)) return 'required';
  const limit = { too_small: 'min', too_big: 'max' }[code];
  if (!limit) return ruleByCode[code] ?? 'invalid';
  if (origin === 'string') return `${limit}_length`;
  return origin === 'array' || origin === 'set' ? `${limit}_items` : limit;
}

const nouns: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

const counted = (count: number | bigint, noun: string): string => `${count} ${noun}${Number(count) === 1 ? '' : 's'}`;

function limitMessage(word: 'least' | 'most', limit: number | bigint, origin: string, isInclusive: boolean): string {
  if (origin === 'string') return `Must have at ${word} ${counted(limit, 'character')}`;
  if (origin === 'array' || origin === 'set') return `Must have at ${word} ${counted(limit, 'item')}`;
  if (isInclusive) return `Must be at ${word} ${limit}`;
  return `Must be ${word === 'least' ? 'greater' : 'less'} than ${limit}`;
}

const formatMessages: Record<string, string> = {
  email: 'Must be an email address',
  url: 'Must be the address of a page on the web',
  datetime: 'Must be a date and a time, such as 2026-05-01T18:00:00Z',
};

const missing = 'Is required';

/** Sentences for people in place of those of zod. A schema with its own message keeps it. */
function messageOf(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.input === undefined && issue.code !== 'custom') return missing;
  if (issue.code === 'invalid_type') return `Must be ${nouns[issue.expected] ?? issue.expected}`;
  if (issue.code === 'too_small') return limitMessage('least', issue.minimum, issue.origin, issue.inclusive !== false);
  if (issue.code === 'too_big') return limitMessage('most', issue.maximum, issue.origin, issue.inclusive !== false);
  if (issue.code === 'invalid_format') return formatMessages[issue.format] ?? 'Has the wrong form';
  if (issue.code === 'invalid_value') return `Must be one of: ${issue.values.join(', ')}`;
  return issue.code === 'invalid_union' ? 'Has the wrong form' : undefined;
}

z.config({ customError: messageOf });
