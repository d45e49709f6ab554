package dev.colibri.connector.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one venue's requests are written, and its replies judged: what every kind of venue has. What
 * can be asked is in the kinds: {@link BookDialect}, {@link ChainDialect}.
 */
public sealed interface Dialect permits BookDialect, ChainDialect {

  /** What the venue is and takes. */
  Profile profile();

  /** The venue's limits, as documented; {@link #learn} corrects them. */
  List<Limit> limits();

  /** What a reply's headers or body say about limits. Called for every reply, refusals included. */
  default void learn(Reply reply, LimitUpdates out) {}

  /**
   * The same where it matters what was asked, as of headers that speak of the limit of one page.
   */
  default void learn(Request request, Reply reply, LimitUpdates out) {
    learn(reply, out);
  }

  /** Ordered departures: requests that name one of these leave one by one with a rising nonce. */
  default List<NonceSequence> nonces() {
    return List.of();
  }

  /**
   * The final bytes of a request, made as it leaves: its limits have room, its nonce is drawn, and
   * the context tells the venue's time of now. Called again, with new context, for every attempt.
   */
  Signed depart(Request request, SigningContext context);

  /**
   * Names a refusal. Null when the reply is the answer that was asked for. It never handles
   * anything: what follows from a fault is the engine's. A reply that is neither, as an HTML page
   * of a proxy, is {@link Fault.Kind#OUTCOME_UNKNOWN}.
   */
  @Nullable Fault fault(Request request, Reply reply);

  /** The live streams. Empty: the engine polls. */
  List<Stream> streams();
}
