import type { FieldError } from '../../errors/domain-error';
import { MalformedJson, ValidationFailed } from '../problems/http.errors';

/** No schema allows a deeper body. Because of this limit other code can recurse over a body safely. */
export const maxDepth = 20;
/** The largest number of members in all objects and lists together, to limit the work before validation. No valid body has more than half as many. */
export const maxMembers = 20_000;
const forbiddenKeys = new Set(['__proto__', 'prototype', 'constructor']);

/** Parses a body. Refuses a body that is too expensive to validate, and one with names or characters that no schema checks. */
export function parseJsonBody(body: Buffer | string): unknown {
  const source = decodeUtf8(body);
  if (source.trim() === '') return undefined;
  if (hasTooManyMembers(source))
    throw new ValidationFailed([{ pointer: '/body', message: `More than ${maxMembers} members`, rule: 'max_members' }]);
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw new MalformedJson((error as Error).message.slice(0, 200));
  }
  const fieldError = findInvalidMember(value, '/body', 1);
  if (fieldError) throw new ValidationFailed([fieldError]);
  return value;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function decodeUtf8(body: Buffer | string): string {
  if (typeof body === 'string') return body;
  try {
    return decoder.decode(body);
  } catch {
    throw new MalformedJson('The body is not UTF-8.');
  }
}

const quote = '"'.charCodeAt(0);
const backslash = '\\'.charCodeAt(0);
const comma = ','.charCodeAt(0);
const brace = '{'.charCodeAt(0);
const bracket = '['.charCodeAt(0);

/**
 * Counts the members before the text is parsed, because a parsed megabyte of small objects needs a hundred megabytes of memory. Each
 * member follows a comma, or the opening bracket of its object or list.
 */
function hasTooManyMembers(source: string): boolean {
  let count = 0;
  let isInString = false;
  for (let index = 0; index < source.length; index++) {
    const charCode = source.charCodeAt(index);
    if (charCode === quote) isInString = !isInString;
    else if (isInString) {
      // The character after a backslash is skipped, because it may be a quote.
      if (charCode === backslash) index++;
    } else if (charCode === comma || charCode === brace || charCode === bracket) {
      count++;
      if (count > maxMembers) return true;
    }
  }
  return false;
}

function findInvalidMember(value: unknown, pointer: string, depth: number): FieldError | undefined {
  if (typeof value === 'string') return findInvalidText(value, pointer);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > maxDepth) return { pointer, message: `Nested deeper than ${maxDepth} levels`, rule: 'max_depth' };
  for (const [key, member] of Object.entries(value)) {
    const escapedKey = key.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
    const memberPointer = `${pointer}/${escapedKey}`;
    if (forbiddenKeys.has(key))
      return { pointer: memberPointer, message: 'This name is not allowed', rule: 'member_name' };
    const fieldError = findInvalidText(key, memberPointer) ?? findInvalidMember(member, memberPointer, depth + 1);
    if (fieldError) return fieldError;
  }
  return undefined;
}

/** PostgreSQL cannot store U+0000, SQLite truncates a text at it, and a lone surrogate cannot be encoded in UTF-8. */
function findInvalidText(value: string, pointer: string): FieldError | undefined {
  if (value.includes('\0')) return { pointer, message: 'Must not contain U+0000', rule: 'storable_text' };
  return value.isWellFormed() ? undefined : { pointer, message: 'Must be well-formed Unicode', rule: 'storable_text' };
}
