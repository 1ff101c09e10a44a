import { ApiKeyDirectory } from '../../../platform/auth/api-key.strategy';
import { StoredApiKeys } from './api-key-directory';
import { ApiKey } from './api-key.entity';
import { ApiKeys } from './api-keys';
import { ApiKeysController } from './api-keys.controller';

/** What the module of users needs of this folder. */
export const apiKeys = {
  entities: [ApiKey],
  controllers: [ApiKeysController],
  providers: [ApiKeys, { provide: ApiKeyDirectory, useClass: StoredApiKeys }],
  exports: [ApiKeyDirectory],
};
