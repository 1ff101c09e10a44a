/** What is recorded of accounts; those of `alarming` also stand in the log as warnings. */
export const securityEventKinds = [
  'signed_up',
  'administrator_created',
  'signed_in',
  'sign_in_refused',
  'signed_out',
  'session_ended',
  'refresh_token_reused',
  'password_changed',
  'password_change_refused',
  'account_closed',
  'account_opened',
  'teacher_approved',
  'teacher_rejected',
  'teacher_suspended',
] as const;
export type SecurityEventKind = (typeof securityEventKinds)[number];

export const alarming: ReadonlySet<SecurityEventKind> = new Set([
  'sign_in_refused',
  'refresh_token_reused',
  'password_change_refused',
  'account_closed',
]);
