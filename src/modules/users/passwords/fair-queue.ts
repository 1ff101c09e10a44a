import { PasswordsBusy } from '../users.errors';

interface WaitingTask {
  start(): void;
  reject(error: Error): void;
}

/** A running task of the queue. */
export interface Turn {
  /** Gives the slot to another task while `wait` runs, and then waits for a slot as a task of `group`. @throws PasswordsBusy */
  suspend: (group: string, wait: () => Promise<void>) => Promise<void>;
}

/**
 * A bounded queue that is fair between groups, such as networks. The groups are served in rotation. If the queue is full, a new
 * task of a group with few waiting tasks replaces the last task of the group with the most waiting tasks. Therefore many
 * requests from one network delay only each other.
 */
export class FairQueue {
  private runningCount = 0;
  private waitingCount = 0;
  /** The waiting tasks by group. The first group in the map is served next. */
  private readonly groups = new Map<string, WaitingTask[]>();

  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
  ) {}

  /** @throws PasswordsBusy if the queue is full, or if a task of another group replaces this one */
  async run<T>(group: string, work: (turn: Turn) => Promise<T>): Promise<T> {
    if (!this.takeFreeSlot()) await this.waitForSlot(group);
    let hasSlot = true;
    const suspend: Turn['suspend'] = async (nextGroup, wait) => {
      hasSlot = false;
      this.releaseSlot();
      await wait();
      if (!this.takeFreeSlot()) await this.waitForSlot(nextGroup);
      hasSlot = true;
    };
    try {
      return await work({ suspend });
    } finally {
      if (hasSlot) this.releaseSlot();
    }
  }

  private takeFreeSlot(): boolean {
    if (this.runningCount >= this.maxRunning) return false;
    this.runningCount++;
    return true;
  }

  private waitForSlot(group: string): Promise<void> {
    const tasks = this.groups.get(group) ?? [];
    if (this.waitingCount >= this.maxWaiting) this.evictFromLongestGroup(tasks.length);
    this.waitingCount++;
    return new Promise((start, reject) => {
      this.groups.set(group, tasks);
      tasks.push({ start, reject });
    });
  }

  /** Passes the slot directly to the next task, so that a task that arrives meanwhile cannot take it. */
  private releaseSlot(): void {
    const [firstGroup] = this.groups;
    if (!firstGroup) {
      this.runningCount--;
      return;
    }
    const [group, tasks] = firstGroup;
    const next = tasks.shift() as WaitingTask;
    this.waitingCount--;
    // The group moves to the end of the rotation while it has waiting tasks.
    this.groups.delete(group);
    if (tasks.length > 0) this.groups.set(group, tasks);
    next.start();
  }

  /**
   * Rejects the last task of the group with the most waiting tasks because that task would have waited longest.
   * @param ownTaskCount the number of waiting tasks in the group of the new task
   * @throws PasswordsBusy if the new task would make its own group as long as the longest one
   */
  private evictFromLongestGroup(ownTaskCount: number): void {
    let longestGroup = '';
    let longestTasks: WaitingTask[] = [];
    for (const [group, tasks] of this.groups) {
      if (tasks.length <= longestTasks.length) continue;
      longestGroup = group;
      longestTasks = tasks;
    }
    if (longestTasks.length <= ownTaskCount + 1) throw new PasswordsBusy();
    longestTasks.pop()!.reject(new PasswordsBusy());
    this.waitingCount--;
    if (longestTasks.length === 0) this.groups.delete(longestGroup);
  }
}
