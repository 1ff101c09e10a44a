import { EventStream } from './event-stream';

test('an event stream whose client has stalled ends without an error, even if events are sent after its end', async () => {
  const stream = new EventStream();
  const errors: unknown[] = [];
  stream.on('error', (error) => errors.push(error));
  stream.send({ id: 1, event: 'notification', data: 'never read' });
  const ended = stream.end();
  stream.sendHeartbeat();
  stream.send({ id: 2, event: 'notification', data: 'too late' });
  await Promise.all([ended, stream.end()]);
  expect(errors).toEqual([]);
  expect(stream.destroyed).toBe(true);
});

test('an event stream that is read to its end delivers every event sent before its end', async () => {
  const stream = new EventStream();
  stream.send({ id: 1, event: 'notification', data: { title: 'A badge' } });
  const [text] = await Promise.all([stream.map(String).toArray(), stream.end()]);
  expect(text.join('')).toContain('id: 1\nevent: notification\ndata: {"title":"A badge"}\n\n');
});
