import { Controller, Delete, Get, Put, Query } from '@nestjs/common';
import { z } from 'zod';
import { CurrentActor, type Actor } from '../../../platform/auth/actor';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Id } from '../../../platform/http/parameters';
import { Route } from '../../../platform/http/route';
import { UserNotFound } from '../users.errors';
import { Blocks } from './blocks';
import { BlockPage, BlockQuery, showBlock, type BlockResponse } from './blocks.dto';
import { BlockOfOneself, TooManyBlocks } from './blocks.errors';

const newestFirst = keyset('blocks', [z.int()]);

@Controller('me/blocks')
export class BlocksController {
  constructor(private readonly blocks: Blocks) {}

  @Get()
  @Route({ summary: 'List the people I have blocked, newest first', response: BlockPage, tag: 'Me' })
  async listMyBlocks(
    @CurrentActor() actor: Actor,
    @Query({ schema: BlockQuery }) { limit, cursor, withTotal }: BlockQuery,
  ): Promise<Page<BlockResponse>> {
    const [beforeId] = newestFirst.read(cursor) ?? [];
    const rows = await this.blocks.list(actor.id, beforeId, limit + 1);
    const total = withTotal ? await this.blocks.count(actor.id) : undefined;
    return toPage(rows, limit, ({ id }) => newestFirst.after(id), showBlock, total);
  }

  @Put(':id')
  @Route({
    summary: 'Block a person, so that they cannot send me TeoCoins',
    description: 'The person is not notified. A transfer from them to me is refused as if I had no account.',
    errors: [UserNotFound, BlockOfOneself, TooManyBlocks],
    tag: 'Me',
    resource: 'blocked person',
  })
  async blockUser(@CurrentActor() actor: Actor, @Id() id: number): Promise<void> {
    await this.blocks.block(actor.id, id);
  }

  @Delete(':id')
  @Route({ summary: 'Unblock a person', errors: [UserNotFound], tag: 'Me', resource: 'blocked person' })
  async unblockUser(@CurrentActor() actor: Actor, @Id() id: number): Promise<void> {
    await this.blocks.unblock(actor.id, id);
  }
}
