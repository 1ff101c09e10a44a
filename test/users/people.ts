import { currentScope } from '../../src/platform/database/call-scope';
import { EventBus } from '../../src/platform/events/event-bus';
import type { DomainEvent } from '../../src/platform/events/domain-event';
import { Client, type ApiResponse, type School } from '../support/school';

export const goodPassword = 'boats in the early fog';

/** Somebody who signed up by themselves: with a password, and the refresh token of the first session. */
export interface Registered {
  client: Client;
  id: number;
  username: string;
  email: string;
  accessToken: string;
  refreshToken: string;
}

let registered = 0;

export async function register(school: School, more: Record<string, unknown> = {}): Promise<Registered> {
  const username = `painter${++registered}`;
  const person = { username, email: `${username}@mail.test`, password: goodPassword, role: 'student', ...more };
  const { status, body } = await school.visitor.post('/auth/register', person);
  if (status !== 201) throw new Error(`Not registered: ${JSON.stringify(body)}`);
  const { user, accessToken, refreshToken } = body;
  const client = new Client(school, accessToken, user.id, user.username);
  return { client, id: user.id, username: user.username, email: user.email, accessToken, refreshToken };
}

export const signIn = (school: School, login: string, password = goodPassword, headers: Record<string, string> = {}) =>
  school.visitor.post('/auth/login', { login, password }, headers);

/** Every event that is published from now on, in order. */
export function eventsOf(school: School): DomainEvent[] {
  const bus = school.part(EventBus);
  const publish = bus.publish.bind(bus);
  const published: DomainEvent[] = [];
  bus.publish = async (...events) => {
    await publish(...events);
    published.push(...events);
  };
  return published;
}

/** The time of the request that is being answered is over, as after `REQUEST_TIMEOUT_MS`. */
export function endRequest(): void {
  currentScope()!.endsAt = performance.now();
}

/** `seconds` from now on the school's clock, which stands still until `clock.stopAt(null)`. */
export function later(school: School, seconds: number): void {
  school.clock.stopAt(new Date(school.clock.now().getTime() + seconds * 1_000));
}

/** In ascending order: which of several twins was served first is chance. */
export const statusesOf = (answers: ApiResponse[]): number[] =>
  answers.map(({ status }) => status).sort((a, b) => a - b);
