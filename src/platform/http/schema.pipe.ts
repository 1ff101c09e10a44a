import { ArgumentMetadata, Injectable, PipeTransform } from '@nestjs/common';
import type { FieldError } from '../errors/domain-error';
import { ValidationFailed } from './problems/http.errors';
import { ruleOf, type Issue } from './rules';

const pointerRoots: Record<string, string> = { body: '/body', query: '/query', param: '/path' };
/** The number of errors is limited, so that a hostile body cannot cause a large response. */
const maxErrors = 50;

/**
 * Validates against the schemas of `@Body({ schema })`, `@Query({ schema })` and `@Param(name, { schema })` (Standard Schema).
 * Nest's StandardSchemaValidationPipe is not used, because it does not report whether the body, the query or the path is invalid.
 */
@Injectable()
export class SchemaPipe implements PipeTransform {
  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (!metadata.schema) return value;
    refuseNul(value, metadata);
    const result = await metadata.schema['~standard'].validate(value);
    if (!result.issues) return result.value;
    throw new ValidationFailed(fieldErrors(result.issues, prefixOf(metadata), value));
  }
}

/** Checks queries and paths, which arrive decoded as texts or lists of texts. Bodies are checked when they are parsed. */
function refuseNul(value: unknown, metadata: ArgumentMetadata): void {
  if (metadata.type !== 'query' && metadata.type !== 'param') return;
  // A query is an object of parameters. A path parameter is one text, which gets the empty key here.
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [['', value] as const];
  const invalidKeys = entries.filter(([key, text]) => `${key}${String(text)}`.includes('\0')).map(([key]) => key);
  const pointerOf = (key: string): string => prefixOf(metadata) + (key ? `/${escapePointer(key)}` : '');
  const errors = invalidKeys.map((key) => ({
    pointer: pointerOf(key),
    message: 'Must not contain U+0000',
    rule: 'storable_text',
  }));
  if (errors.length > 0) throw new ValidationFailed(errors);
}

function prefixOf({ type, data }: ArgumentMetadata): string {
  const root = pointerRoots[type] ?? '';
  return data ? `${root}/${escapePointer(data)}` : root;
}

/** Converts the issues of a schema about `value` to errors with JSON Pointers that begin with `prefix`. */
export function fieldErrors(issues: readonly Issue[], prefix: string, value: unknown): FieldError[] {
  const errors: FieldError[] = [];
  for (const issue of issues) {
    const steps = (issue.path ?? []).map(keyOf);
    const pointer = prefix + steps.map((step) => `/${escapePointer(step)}`).join('');
    const rule = ruleOf(issue, valueAt(value, steps) === undefined);
    errors.push(...(issue.keys ? unknownMembers(issue.keys, pointer) : [{ pointer, message: issue.message, rule }]));
  }
  return errors.slice(0, maxErrors);
}

const valueAt = (value: unknown, steps: readonly PropertyKey[]): unknown =>
  steps.reduce<unknown>((inner, step) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[step], value);

export const unknownMembers = (keys: readonly string[], pointer: string): FieldError[] =>
  keys
    .slice(0, maxErrors)
    .map((key) => ({ pointer: `${pointer}/${escapePointer(key)}`, message: 'Unknown member', rule: 'unknown_member' }));

const keyOf = (step: PropertyKey | { key: PropertyKey }): PropertyKey => (typeof step === 'object' ? step.key : step);
/** Escapes `~` and `/` in a name (RFC 6901). */
const escapePointer = (key: PropertyKey): string => String(key).replaceAll('~', '~0').replaceAll('/', '~1');
