import { Block } from './block.entity';
import { Blocks } from './blocks';
import { BlocksController } from './blocks.controller';

/** What the module of users needs of this folder. */
export const blocks = {
  entities: [Block],
  controllers: [BlocksController],
  providers: [Blocks],
};
