package dev.colibri.connector.spi;

import java.time.Duration;

/**
 * An ability: The venue cancels every order of the account by itself once it has not heard from us
 * for a time that was agreed, those of other programs too.
 *
 * <p>The engine asks this only where the user wants it. No order leaves before the venue has
 * answered that the switch is armed; from then on it is armed anew at every third of the time-out.
 * What cannot be read, or has no answer, counts as not armed. The requests are mutations of {@link
 * Request.Urgency#TRUTH} that take the place of one another: sent twice, they do what they do once.
 */
public interface DeadMansSwitch {
  /** The shortest time-out that the venue takes, in whole seconds. */
  Duration leastTimeout();

  /** The longest time-out that the venue takes, in whole seconds. */
  Duration mostTimeout();

  /**
   * Lets the venue cancel when so much time has passed since this request reached it, instead of
   * what was agreed before.
   *
   * @param timeout in whole seconds, from {@link #leastTimeout()} to {@link #mostTimeout()}
   * @return whether the venue says that it will
   */
  Call<Boolean> arm(Duration timeout);

  /**
   * Lets the venue keep the orders however long it hears nothing.
   *
   * @return whether the venue says that it would cancel them all the same
   */
  Call<Boolean> disarm();
}
