import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { chunksOf, placeholders } from '../database/insert-rows';

/** The values of imported fields before their conversion. A module that clears a field must also forget its original value. */
@Injectable()
export class OriginalValues {
  constructor(private readonly database: Database) {}

  /** @param model the label of the model, such as `users.user` */
  async forget(model: string, rowIds: readonly number[]): Promise<void> {
    for (const chunk of chunksOf(rowIds, 500))
      await this.database.run(
        `DELETE FROM platform_originalvalue WHERE model = $1 AND row_id IN (${placeholders(chunk.length, 2)})`,
        [model, ...chunk],
      );
  }
}
