export interface StatementResult {
  rows: Record<string, unknown>[];
  affected: number;
  /** The command that the server reports, such as COMMIT or ROLLBACK. Only PostgreSQL reports it. */
  command?: string;
}
