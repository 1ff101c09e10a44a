import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** Who is asking, as the server knows it: never what a request says of itself. */
export interface Actor {
  id: number;
  username: string;
  role: 'student' | 'teacher' | 'admin';
  /** Approved teachers, students and administrators. */
  isApproved: boolean;
  sessionId: string;
}

/** The actor of an authenticated route. */
export const CurrentActor = createParamDecorator(
  (_: unknown, context: ExecutionContext): Actor => context.switchToHttp().getRequest<{ user: Actor }>().user,
);
