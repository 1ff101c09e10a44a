import type { FieldError } from '../errors/domain-error';
import { MalformedJson, ValidationFailed } from './http.errors';

/** Deeper than any document of ours; recursion over a body stays shallow everywhere behind this. */
const depthLimit = 20;
/** The longest list a route takes is shorter: its schema says so. This bounds the work before a schema is asked. */
const membersLimit = 10_000;
const poisoned = new Set(['__proto__', 'prototype', 'constructor']);

/** Parses a body; refuses what no schema can see any more, or what costs too much to look at. */
export function parseJsonBody(body: Buffer | string): unknown {
  const source = decodeUtf8(body);
  if (source.trim() === '') return undefined;
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

function inspect(value: unknown, pointer: string, depth: number): FieldError | undefined {
  if (typeof value === 'string') return text(value, pointer);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > depthLimit) return { pointer, message: `Nested deeper than ${depthLimit} levels` };
  const entries = Object.entries(value);
  if (entries.length > membersLimit) return { pointer, message: `More than ${membersLimit} members` };
  for (const [key, member] of entries) {
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
