import { errorOf, type Connection } from './connection.ts';
import type { OperationFacts } from './operation-facts.ts';
import { pause, retryAfterSeconds } from './retry.ts';

export interface StreamOptions {
  /** The id of the newest event that the page has, such as the first notification of the list; 0 if it has none. */
  lastEventId: number;
  /** Ends the stream. */
  signal?: AbortSignal | undefined;
  /** Called after each connection. What has no event, such as the number of unread notifications, is read again then. */
  onConnect?: (() => void) | undefined;
}

interface ServerEvent {
  name?: string | undefined;
  id?: number;
  data: string;
}

/** The server sends a sign of life every 20 seconds. Two of them are missing. */
const maxSilenceMs = 45_000;
const defaultPauseMs = 2_000;
const maxPauseMs = 30_000;
/** The server repeats events of the last seconds after a reconnect. */
const maxRemembered = 1_000;

/**
 * The events of a stream, in the order of their arrival and each once. After a break it connects again, with the id of the last
 * event. It ends when `signal` is aborted, or with the event `closed` of the server, and throws a ProblemError when the server refuses it for good, as after a sign-out.
 */
export async function* resumedStream<Event>(
  connection: Connection,
  operation: OperationFacts,
  { lastEventId, signal, onConnect }: StreamOptions,
): AsyncGenerator<Event, void, undefined> {
  const seen = new Set<number>();
  const stop = new AbortController();
  const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  let lastId = lastEventId;
  let breaks = 0;
  try {
    while (!stopped.aborted) {
      const response = await connect(connection, operation, lastId, stopped);
      if (response?.ok) onConnect?.();
      for await (const { name, id, data } of readEvents(response?.ok ? response.body : null)) {
        breaks = 0;
        // The person has opened newer streams. To connect again would only close the next oldest one.
        if (name === 'closed') {
          yield JSON.parse(data) as Event;
          return;
        }
        if (id === undefined || seen.has(id)) continue;
        remember(seen, id);
        lastId = Math.max(lastId, id);
        yield JSON.parse(data) as Event;
      }
      await pause(pauseBefore(breaks++, response), stopped).catch(() => undefined);
    }
  } finally {
    stop.abort();
  }
}

/** The response, or undefined if the server cannot be reached now. @throws ProblemError if it makes no sense to try again */
async function connect(
  connection: Connection,
  operation: OperationFacts,
  lastId: number,
  signal: AbortSignal,
): Promise<Response | undefined> {
  const headers = { accept: 'text/event-stream', 'last-event-id': String(lastId) };
  const response = await connection.open(operation, headers, signal).catch(() => undefined);
  if (!response || response.ok || response.status === 429 || response.status >= 500) return response;
  throw await errorOf({ response, result: await response.blob() }, operation, { headers });
}

/** All clients of a server that has stopped come back at once, so each adds a random part. */
function pauseBefore(breaks: number, response: Response | undefined): number {
  const asked = response && retryAfterSeconds(response);
  const pauseMs = asked ? asked * 1_000 : Math.min(defaultPauseMs * 2 ** breaks, maxPauseMs);
  return pauseMs * (1 + Math.random() / 2);
}

function remember(seen: Set<number>, id: number): void {
  seen.add(id);
  if (seen.size > maxRemembered) seen.delete(seen.values().next().value!);
}

/** Reads the events of a body to its end, to a break, or until nothing has come for too long. It never throws. */
async function* readEvents(body: ReadableStream<Uint8Array> | null): AsyncGenerator<ServerEvent, void, undefined> {
  if (!body) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let pending = '';
  try {
    for (;;) {
      const text = await readWithin(reader, maxSilenceMs);
      if (text === undefined) return;
      const blocks = (pending + decoder.decode(text, { stream: true })).replaceAll('\r', '').split('\n\n');
      pending = blocks.pop()!;
      for (const block of blocks) yield* parseEvent(block);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function readWithin(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  ms: number,
): Promise<Uint8Array | undefined> {
  const silence = setTimeout(() => void reader.cancel().catch(() => undefined), ms);
  const { value } = await reader.read().catch(() => ({ value: undefined }));
  clearTimeout(silence);
  return value;
}

/** The event of a block; nothing if it only has comments or a `retry` (WHATWG HTML § 9.2.6). */
function* parseEvent(block: string): Generator<ServerEvent, void, undefined> {
  const lines = block.split('\n').map((line) => /^([^:]*):? ?(.*)$/.exec(line)!);
  const valuesOf = (name: string): string[] => lines.filter((line) => line[1] === name).map((line) => line[2]!);
  const data = valuesOf('data');
  const id = valuesOf('id').at(-1);
  const name = valuesOf('event').at(-1);
  if (data.length > 0) yield { name, data: data.join('\n'), ...(id === undefined ? {} : { id: Number(id) }) };
}
