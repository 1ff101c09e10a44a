import 'reflect-metadata';
import { ApiConsumes } from '@nestjs/swagger';
import { consumes } from './swagger-consumes';

/** The keys and values that a decorator writes on a handler. */
function metadataOf(decorate: MethodDecorator): [unknown, unknown][] {
  const handler = (): void => undefined;
  decorate({}, 'hang', { value: handler });
  return Reflect.getMetadataKeys(handler).map((key) => [key, Reflect.getMetadata(key, handler)]);
}

it('the decorator ApiConsumes of @nestjs/swagger writes the same metadata as consumes', () => {
  expect(metadataOf(ApiConsumes('image/png'))).toEqual(metadataOf(consumes('image/png')));
});
