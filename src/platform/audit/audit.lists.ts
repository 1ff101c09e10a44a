/** `anonymous`: a request without a sign-in. `system`: a job or a delivered event. `command`: the command line of the server. */
export const actorKinds = ['person', 'api_key', 'anonymous', 'system', 'command'] as const;
export type ActorKind = (typeof actorKinds)[number];
