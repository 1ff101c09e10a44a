import { SetMetadata } from '@nestjs/common';

/**
 * Tells the OpenAPI document the media type of a route's request body.
 *
 * Relies on: the metadata key and the value that the decorator ApiConsumes of @nestjs/swagger writes.
 * Why: importing that decorator loads all of @nestjs/swagger in every process, although only the document needs it.
 * Missing: an entry of that package that has the decorators only.
 */
export const consumes = (mediaType: string): MethodDecorator => SetMetadata('swagger/apiConsumes', [mediaType]);
