export {
  createSchoolClient,
  type Call,
  type ListCall,
  type OptionsOf,
  type Outcome,
  type SchoolClient,
  type StreamCall,
} from './client.ts';
export type { ClientOptions } from './connection.ts';
export type { StreamOptions } from './event-stream.ts';
export type { Operations } from './generated/operations.ts';
export type * from './generated/schemas.ts';
export type { ArgumentsOf, OperationName, ProblemOf, ResultOf } from './operation.ts';
export {
  ProblemError,
  type AnyProblem,
  type ClientProblem,
  type NoResponseProblem,
  type UnexpectedResponseProblem,
} from './problems.ts';
export { newKey } from './request.ts';
export { memoryTokens, storageTokens, type TokenStore } from './tokens.ts';
