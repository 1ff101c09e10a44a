import { Query } from 'pg';

/*
 * Relies on: pg calls `submit` of a Query with its connection, and `handleCopyInResponse` when the server asks for the rows of a COPY.
 * The connection has `query`, `sendCopyFromChunk` and `endCopyFrom`.
 * Why: pg-copy-streams is a query class of its own, which a connection with `pipeline` refuses, and the temporary tables of a
 * transaction can be filled on its connection only.
 * Missing: COPY in pg itself.
 */
interface CopyConnection {
  stream: { cork(): void; uncork(): void };
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

interface CopyQuery {
  submit(connection: CopyConnection): null;
  handleCopyInResponse(): void;
}

/**
 * Creates a COPY … FROM STDIN, which is sent together with its rows. The protocol allows this: after a failed COPY the server
 * ignores them.
 */
export function createCopy(sql: string, rows: Buffer): Query {
  const query = new Query(sql);
  const copy: CopyQuery = {
    submit: (connection) => {
      connection.stream.cork();
      connection.query(sql);
      connection.sendCopyFromChunk(rows);
      connection.endCopyFrom();
      connection.stream.uncork();
      return null;
    },
    handleCopyInResponse: () => undefined,
  };
  return Object.assign(query, copy);
}
