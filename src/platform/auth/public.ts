import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const PUBLIC = 'auth:public';

/** Opens a route to everybody; every other route wants an actor. */
export const Public = (): CustomDecorator => SetMetadata(PUBLIC, true);
