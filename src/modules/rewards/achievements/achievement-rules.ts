import { Injectable } from '@nestjs/common';
import type { Totals } from '../../progress';
import type { AchievementRule } from './achievement-rule';
import { builtInRules } from './built-in-rules';

const defaultReward = 25;
const storable = /^[a-z][a-z0-9_]{0,49}$/;

/** What can be achieved: an open list, to which every module adds its own. A stored type nobody registers is shown plainly. */
@Injectable()
export class AchievementRules {
  private readonly rules = new Map<string, AchievementRule>();

  constructor() {
    for (const rule of builtInRules) this.register(rule);
  }

  /** @throws Error at boot: a name that cannot be stored, or that somebody else has registered */
  register(rule: AchievementRule): void {
    if (!storable.test(rule.type)) throw new Error(`Not an achievement type: ${rule.type}`);
    if (this.rules.has(rule.type)) throw new Error(`Two modules register the achievement ${rule.type}`);
    this.rules.set(rule.type, rule);
  }

  get all(): AchievementRule[] {
    return [...this.rules.values()];
  }

  get(type: string): AchievementRule | undefined {
    return this.rules.get(type);
  }

  rewardOf(type: string): number {
    return this.rules.get(type)?.reward ?? defaultReward;
  }

  /** The title; plainly from the stored name where nobody registers it: imported, or its module was removed. */
  titleOf(type: string): string {
    const plain = type.replaceAll('_', ' ').trim();
    return this.rules.get(type)?.title ?? plain.charAt(0).toUpperCase() + plain.slice(1);
  }

  /** What a step of a learner earns. */
  crossedBy(before: Totals, after: Totals, localHour: number | null): AchievementRule[] {
    return this.all.filter((rule) => rule.crossed?.(before, after, localHour) === true);
  }
}
