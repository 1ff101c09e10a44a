import { currentScope } from '../../src/platform/database/scope/call-scope';
import { EventBus } from '../../src/platform/events/event-bus';
import type { DomainEvent } from '../../src/platform/events/domain-event';
import { Client, type ApiResponse, type School } from '../support/school';

export const goodPassword = 'boats in the early fog';

/** A person who registered through the API, with the tokens of their first session. */
export interface Registered {
  client: Client;
  id: number;
  username: string;
  email: string;
  accessToken: string;
  refreshToken: string;
}

let registeredCount = 0;

/** Registers a person through the API. */
export async function register(school: School, overrides: Record<string, unknown> = {}): Promise<Registered> {
  registeredCount++;
  const username = `painter${registeredCount}`;
  const person = { username, email: `${username}@mail.test`, password: goodPassword, role: 'student', ...overrides };
  const { status, body } = await school.visitor.post('/auth/register', person);
  if (status !== 201) throw new Error(`Registration failed: ${JSON.stringify(body)}`);
  const { user, accessToken, refreshToken } = body;
  const client = new Client(school, accessToken, user.id, user.username);
  return { client, id: user.id, username: user.username, email: user.email, accessToken, refreshToken };
}

export const signIn = (school: School, login: string, password = goodPassword, headers: Record<string, string> = {}) =>
  school.visitor.post('/auth/login', { login, password }, headers);

/** Returns an array that collects every event that is published from now on, in order. */
export function collectEvents(school: School): DomainEvent[] {
  const bus = school.part(EventBus);
  const publish = bus.publish.bind(bus);
  const published: DomainEvent[] = [];
  bus.publish = async (...events) => {
    await publish(...events);
    published.push(...events);
  };
  return published;
}

/** Lets the deadline of the current request pass, as after `REQUEST_TIMEOUT_MS`. */
export function passDeadline(): void {
  currentScope()!.endsAt = performance.now();
}

/** Sets the school's clock forward by `seconds` and stops it until `clock.stopAt(null)`. */
export function advanceClock(school: School, seconds: number): void {
  school.clock.stopAt(new Date(school.clock.now().getTime() + seconds * 1_000));
}

/** Returns the statuses in ascending order because concurrent requests are served in any order. */
export const statusesOf = (responses: ApiResponse[]): number[] =>
  responses.map(({ status }) => status).sort((left, right) => left - right);
