package dev.colibri.connector.engine;

import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.KeyPermissions;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * Whether the account's key is used. It is not before the venue has told what it may do, or that it
 * does not tell.
 */
final class KeyCheck {
  private final Context context;
  private final Calls calls;
  private final Venue<?> venue;
  private final Runnable use;
  private boolean passed;

  /** Why the key is not used, though the venue takes it; null while it is. */
  private @Nullable String withheld;

  /** Why the venue refused a login, until it takes one. */
  private @Nullable String refusedLogin;

  /** Why the venue refused the first questions for the account. */
  private @Nullable String refused;

  /**
   * Nothing is asked yet.
   *
   * @param use the key may be used: run again for each that takes its place
   */
  KeyCheck(Context context, Calls calls, Venue<?> venue, Runnable use) {
    this.context = context;
    this.calls = calls;
    this.venue = venue;
    this.use = use;
  }

  /** Asks what the key may do, where the venue tells and it matters. */
  void begin() {
    ask(0);
  }

  /** The account has another key, of which nothing is known. */
  void rotated() {
    withheld = null;
    refusedLogin = null;
    refused = null;
  }

  private void ask(int attempt) {
    if (!(context.books() instanceof KeyPermissions venuesWord)
        || venue.isWithdrawingKeyAllowed()
        || !venue.environment().equals("live")
        || !venue.hosts().isEmpty()) {
      pass();
      return;
    }
    Credentials asked = context.credentials;
    calls.perform(
        venuesWord::mayWithdraw,
        outcome -> {
          if (context.credentials != asked) {
            return; // Another key is looked at since.
          }
          if (outcome instanceof Outcome.Answer<Boolean> a) {
            if (a.value()) {
              withhold();
            } else {
              pass();
            }
            return;
          }
          context.failed("key permissions", outcome);
          if (outcome instanceof Outcome.Refusal<Boolean> r && !r.fault().kind().isPassing()) {
            // A venue that refuses to tell is one that does not tell; a bad key shows in the
            // account.
            pass();
          } else {
            context.retry(
                attempt,
                () -> {
                  if (context.credentials == asked) {
                    ask(attempt + 1);
                  }
                });
          }
        });
  }

  private void pass() {
    passed = true;
    use.run();
  }

  private void withhold() {
    String why =
        "the API key may withdraw; use one that may only trade, or say allowWithdrawingKey()";
    withheld = why;
    refused = null;
    context.failed("key permissions", new Outcome.NotSent<>(why));
  }

  /** Whether a key of this account may be used, or might: see {@link #withheld}. */
  boolean hasPassed() {
    return passed;
  }

  /** Why the key is not used, though the venue takes it; null while it is. */
  @Nullable String withheld() {
    return withheld;
  }

  /** The venue refused a login before the account was known. */
  void loginRefused(Fault fault) {
    if (fault.kind() == Fault.Kind.UNAUTHORIZED) {
      refusedLogin = context.redactor.show(fault.raw());
    }
  }

  /** The venue took a login. */
  void loginTaken() {
    refusedLogin = null;
  }

  /** The venue refused a question for the account before that was known. */
  void refused(String why) {
    refused = why;
  }

  /** Why the account can never become ready with this key; null while it can. */
  @Nullable String fatal() {
    if (withheld != null) {
      return withheld;
    }
    String why = refusedLogin != null ? refusedLogin : refused;
    return why == null ? null : "the venue refuses the key: " + why;
  }
}
