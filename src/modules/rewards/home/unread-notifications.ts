/** Tells the home screen how many notifications are unread. A higher module provides the class, so that Rewards does not import it. */
export abstract class UnreadNotifications {
  abstract count(userId: number): Promise<number>;
}
