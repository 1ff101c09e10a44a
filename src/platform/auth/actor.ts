import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ApiScope } from './api-scopes';

/** The authenticated caller. All fields come from the database, never from the request. */
export interface Actor {
  id: number;
  username: string;
  role: 'student' | 'teacher' | 'admin';
  /** False only for a teacher who is not approved yet. */
  isApproved: boolean;
  /** Empty for an API key, which has no session. */
  sessionId: string;
  /** When the person last proved in this session who they are, with their second factor if they have one. */
  provenAt: Date | null;
  /** True for an administrator without a second factor in a school that requires one. They can only add one. */
  mustAddSecondFactor: boolean;
  /** What the API key of the request may do; null for a person with a session, who may do everything that their role allows. */
  scopes: readonly ApiScope[] | null;
}

/** The actor of an authenticated route. */
export const CurrentActor = createParamDecorator(
  (_: unknown, context: ExecutionContext): Actor => context.switchToHttp().getRequest<{ user: Actor }>().user,
);

/** The actor of a route with `@PublicOrSignedIn()`, or null for an anonymous client. */
export const OptionalActor = createParamDecorator(
  (_: unknown, context: ExecutionContext): Actor | null =>
    context.switchToHttp().getRequest<{ user?: Actor }>().user ?? null,
);
