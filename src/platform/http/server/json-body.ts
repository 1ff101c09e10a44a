import type { FieldError } from '../../errors/domain-error';
import { MalformedJson, ValidationFailed } from '../problems/http.errors';

/** Deeper than any body that a schema allows. Code after this check can recurse over a body safely. */
const maxDepth = 20;
/** The largest number of members in all objects and lists together, to bound the work before validation. The longest valid list has half as many. */
const maxMembers = 20_000;
const forbiddenKeys = new Set(['__proto__', 'prototype', 'constructor']);

/** Parses a body. Refuses content that a schema cannot detect after parsing, and content that is too expensive to validate. */
export function parseJsonBody(body: Buffer | string): unknown {
  const source = decodeUtf8(body);
  if (source.trim() === '') return undefined;
  if (hasTooManyMembers(source))
    throw new ValidationFailed([{ pointer: '/body', message: `More than ${maxMembers} members` }]);
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

const [quote, backslash, comma, brace, bracket] = ['"', '\\', ',', '{', '['].map((text) => text.charCodeAt(0));

/**
 * Counts the members in the text before it is parsed, because a megabyte of small objects takes a hundred times its size in memory.
 * Each member follows a comma, except the first one of its object or list.
 */
function hasTooManyMembers(source: string): boolean {
  let count = 0;
  let isInString = false;
  for (let i = 0; i < source.length; i++) {
    const charCode = source.charCodeAt(i);
    if (charCode === quote) isInString = !isInString;
    else if (isInString) i += charCode === backslash ? 1 : 0;
    else if ((charCode === comma || charCode === brace || charCode === bracket) && ++count > maxMembers) return true;
  }
  return false;
}

function findInvalidMember(value: unknown, pointer: string, depth: number): FieldError | undefined {
  if (typeof value === 'string') return findInvalidText(value, pointer);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > maxDepth) return { pointer, message: `Nested deeper than ${maxDepth} levels` };
  for (const [key, member] of Object.entries(value)) {
    const memberPointer = `${pointer}/${key.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (forbiddenKeys.has(key)) return { pointer: memberPointer, message: 'This name is not allowed' };
    const fieldError = findInvalidText(key, memberPointer) ?? findInvalidMember(member, memberPointer, depth + 1);
    if (fieldError) return fieldError;
  }
  return undefined;
}

/** PostgreSQL cannot store U+0000, SQLite truncates a text at it, and a lone surrogate cannot be encoded in UTF-8. */
function findInvalidText(value: string, pointer: string): FieldError | undefined {
  if (value.includes('\0')) return { pointer, message: 'Must not contain U+0000' };
  return value.isWellFormed() ? undefined : { pointer, message: 'Must be well-formed Unicode' };
}
