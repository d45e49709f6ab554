package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.text.JsonWriter;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One thing a caller may ask, over REST, over the WebSocket API, or over both.
 *
 * @param target HTTP method and path, or empty
 * @param method name in the WebSocket API, or empty
 * @param weight request weight, by parameters
 * @param ordering whether it counts orders, which its answer then tells
 */
record Operation(
    String target,
    String method,
    Access access,
    ToIntFunction<Params> weight,
    boolean ordering,
    Handler handler) {

  /** Who may ask. */
  enum Access {
    PUBLIC,
    /** With an API key, unsigned. */
    KEY,
    SIGNED
  }

  /** Reads the parameters, does it, and writes the result as one value. */
  interface Handler {
    void handle(Call call, JsonWriter out);
  }

  /**
   * A request whose sender is known.
   *
   * @param key whose, null if anybody may ask
   * @param session the WebSocket API session it came through, or null
   */
  record Call(Params params, Keys.@Nullable Key key, @Nullable ApiSession session, long now) {

    String account() {
      if (key == null) {
        throw new IllegalStateException("a public operation asks for an account");
      }
      return key.account();
    }
  }
}
