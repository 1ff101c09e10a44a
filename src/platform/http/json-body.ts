import type { FieldError } from '../errors/domain-error';
import { MalformedJson, ValidationFailed } from './http.errors';

/** Deeper than any document of ours; recursion over a body stays shallow everywhere behind this. */
const depthLimit = 20;
/** Of all objects and lists together; the longest list a route takes has half as many. This bounds the work before a schema is asked. */
const membersLimit = 20_000;
const poisoned = new Set(['__proto__', 'prototype', 'constructor']);

/** Parses a body; refuses what no schema can see any more, or what costs too much to look at. */
export function parseJsonBody(body: Buffer | string): unknown {
  const source = decodeUtf8(body);
  if (source.trim() === '') return undefined;
  if (hasTooManyMembers(source))
    throw new ValidationFailed([{ pointer: '/body', message: `More than ${membersLimit} members` }]);
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw new MalformedJson((error as Error).message.slice(0, 200));
  }
  const refusal = inspect(value, '/body', 1);
  if (refusal) throw new ValidationFailed([refusal]);
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

const [quote, backslash, comma, brace, bracket] = ['"', '\\', ',', '{', '['].map((sign) => sign.charCodeAt(0));

/**
 * Counted in the text, before anything is made of it: a megabyte of small objects takes a hundred times its size. Each member but the
 * first of its object or list follows a comma.
 */
function hasTooManyMembers(source: string): boolean {
  let count = 0;
  let inText = false;
  for (let i = 0; i < source.length; i++) {
    const sign = source.charCodeAt(i);
    if (sign === quote) inText = !inText;
    else if (inText) i += sign === backslash ? 1 : 0;
    else if ((sign === comma || sign === brace || sign === bracket) && ++count > membersLimit) return true;
  }
  return false;
}

function inspect(value: unknown, pointer: string, depth: number): FieldError | undefined {
  if (typeof value === 'string') return text(value, pointer);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > depthLimit) return { pointer, message: `Nested deeper than ${depthLimit} levels` };
  for (const [key, member] of Object.entries(value)) {
    const at = `${pointer}/${key.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (poisoned.has(key)) return { pointer: at, message: 'This name is not allowed' };
    const refusal = text(key, at) ?? inspect(member, at, depth + 1);
    if (refusal) return refusal;
  }
  return undefined;
}

/** PostgreSQL cannot store U+0000, SQLite cuts texts at it; a lone surrogate cannot become UTF-8. */
function text(value: string, pointer: string): FieldError | undefined {
  if (value.includes('\0')) return { pointer, message: 'Must not contain U+0000' };
  return value.isWellFormed() ? undefined : { pointer, message: 'Must be well-formed Unicode' };
}
