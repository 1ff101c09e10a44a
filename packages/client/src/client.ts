import { Connection, type ClientOptions, type Received } from './connection.ts';
import { resumedStream, type StreamOptions } from './event-stream.ts';
import { operations, type Operations } from './generated/operations.ts';
import type { Tokens } from './generated/schemas.ts';
import type {
  ArgumentsOf,
  CallOptions,
  EditOptions,
  KeyOptions,
  OperationName,
  ProblemOf,
  ResultOf,
  AllOptions,
} from './operation.ts';
import type { OperationFacts, Values } from './operation-facts.ts';
import { itemsOf, pagesOf } from './pages.ts';
import { ProblemError } from './problems.ts';

/** The options of one call. Which there are depends on the operation. */
export type OptionsOf<Name extends OperationName> = CallOptions &
  (Operations[Name] extends { takesKey: true } ? KeyOptions : object) &
  (Operations[Name] extends { isVersioned: true } ? EditOptions : object);

/** What `try` returns instead of throwing. */
export type Outcome<Name extends OperationName> =
  { ok: true; data: ResultOf<Name>; response: Response } | { ok: false; problem: ProblemOf<Name>; error: ProblemError };

type Parameters<Name extends OperationName> =
  object extends ArgumentsOf<Name>
    ? [values?: ArgumentsOf<Name>, options?: OptionsOf<Name>]
    : [values: ArgumentsOf<Name>, options?: OptionsOf<Name>];

export interface Call<Name extends OperationName> {
  /** @throws ProblemError */
  (...parameters: Parameters<Name>): Promise<ResultOf<Name>>;
  /** Returns the problem, with the codes of this operation, instead of throwing it. */
  try: (...parameters: Parameters<Name>) => Promise<Outcome<Name>>;
}

export interface ListCall<Name extends OperationName, Item> extends Call<Name> {
  /** All items of the list, for `for await`. A page is read when the loop comes to it. */
  all: (...parameters: Parameters<Name>) => AsyncIterable<Item>;
  /** The pages of the list, for `for await`. */
  pages: (...parameters: Parameters<Name>) => AsyncIterable<ResultOf<Name>>;
}

export type StreamCall<Event> = (options: StreamOptions) => AsyncIterable<Event>;

type Method<Name extends OperationName> = Operations[Name] extends { event: infer Event }
  ? StreamCall<Event>
  : Operations[Name] extends { item: infer Item }
    ? ListCall<Name, Item>
    : Call<Name>;

/** A method for each operation of the school. Its name is the operationId. */
export type SchoolClient = { readonly [Name in keyof Operations]: Method<Name> } & {
  readonly session: {
    /** The stored tokens, refreshed if they expire soon; null if nobody is signed in. */
    tokens: () => Promise<Tokens | null>;
    /** Forgets the session on this device only. Signing out also ends it on the server. */
    forget: () => Promise<void>;
  };
  /** The ETag with which an object arrived; undefined if it has no version, or is a copy. */
  readonly etagOf: (resource: object) => string | undefined;
};

export function createSchoolClient(options: ClientOptions = {}): SchoolClient {
  const connection = new Connection(options);
  const methods = Object.entries(operations).map(([name, operation]) => [name, methodOf(connection, operation)]);
  return {
    ...(Object.fromEntries(methods) as { [Name in keyof Operations]: Method<Name> }),
    session: {
      tokens: () => connection.tokens.current(),
      forget: () => connection.tokens.save(null),
    },
    etagOf: connection.etagOf,
  };
}

function methodOf(connection: Connection, operation: OperationFacts): unknown {
  if (operation.isStream) return (options: StreamOptions) => resumedStream(connection, operation, options);
  const receive = (values: Values = {}, options?: AllOptions) => connection.call<never>(operation, values, options);
  const call = async (values?: Values, options?: AllOptions) => (await receive(values, options)).data;
  const attempt = (values?: Values, options?: AllOptions) => receive(values, options).then(succeeded, failed);
  if (operation.pageSize === undefined) return Object.assign(call, { try: attempt });
  const pages = (values: Values = {}, options?: AllOptions) =>
    pagesOf((more) => call(more, options), { ...(operation.pageSize ? { limit: operation.pageSize } : {}), ...values });
  const all = (values?: Values, options?: AllOptions) => itemsOf(pages(values, options));
  return Object.assign(call, { try: attempt, pages, all });
}

const succeeded = ({ data, response }: Received<unknown>) => ({ ok: true, data, response });

function failed(error: unknown) {
  if (error instanceof ProblemError) return { ok: false, problem: error.problem, error };
  throw error;
}
