import { Injectable } from '@nestjs/common';
import type { Totals } from '../../progress';
import type { AchievementRule } from './achievement-rule';
import { builtInRules } from './built-in-rules';

const defaultReward = 25;
const typePattern = /^[a-z][a-z0-9_]{0,49}$/;

/** The list of achievements. Each module can register its own. A stored type without a registered rule is still shown. */
@Injectable()
export class AchievementRules {
  private readonly rules = new Map<string, AchievementRule>();

  constructor() {
    for (const rule of builtInRules) this.register(rule);
  }

  /** @throws Error at the start of the application if the type cannot be stored or is already registered */
  register(rule: AchievementRule): void {
    if (!typePattern.test(rule.type)) throw new Error(`Invalid achievement type: ${rule.type}`);
    if (this.rules.has(rule.type)) throw new Error(`The achievement type ${rule.type} is already registered`);
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

  /** The title of the rule. An imported type, or a type of a removed module, has no rule; its title is made from the stored name. */
  titleOf(type: string): string {
    const words = type.replaceAll('_', ' ').trim();
    return this.rules.get(type)?.title ?? words.charAt(0).toUpperCase() + words.slice(1);
  }

  /** The achievements that a step of a learner earns. */
  rulesEarnedBy(before: Totals, after: Totals, localHour: number | null): AchievementRule[] {
    return this.all.filter((rule) => rule.isEarned?.(before, after, localHour) === true);
  }
}
