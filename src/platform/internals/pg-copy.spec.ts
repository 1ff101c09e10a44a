import { Query } from 'pg';
import { createCopy } from './pg-copy';

it('a COPY is a Query of pg, and is sent together with its rows', () => {
  const sent: unknown[] = [];
  const copy = createCopy('COPY colour FROM STDIN', Buffer.from('red\n'));
  copy.submit({
    stream: { cork: () => 0, uncork: () => 0 },
    query: (text: string) => sent.push(text),
    sendCopyFromChunk: (chunk: Buffer) => sent.push(chunk.toString()),
    endCopyFrom: () => sent.push('end'),
  } as never);
  expect(copy).toBeInstanceOf(Query);
  expect(sent).toEqual(['COPY colour FROM STDIN', 'red\n', 'end']);
});
