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
  'password_reset_created',
  'password_reset',
  'email_verified',
  'email_change_requested',
  'email_change_refused',
  'email_changed',
  'role_changed',
  'sessions_ended',
  'account_closed',
  'account_opened',
  'teacher_approved',
  'teacher_rejected',
  'teacher_suspended',
] as const;
export type SecurityEventKind = (typeof securityEventKinds)[number];

/** Events of these kinds are logged as warnings. */
export const alarmingKinds: ReadonlySet<SecurityEventKind> = new Set([
  'sign_in_refused',
  'refresh_token_reused',
  'password_change_refused',
  'password_reset_created',
  'password_reset',
  'email_change_refused',
  'email_changed',
  'role_changed',
  'account_closed',
]);
