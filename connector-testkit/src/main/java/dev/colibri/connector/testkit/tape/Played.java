package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened while a tape was played.
 *
 * @param tape what was played
 * @param events everything the user was told, as {@code event} lines
 * @param orders the same of orders, as the user was told
 * @param departures every request that was signed to leave since the tape began
 * @param live every order that is live at the end
 * @param trace everything that crossed the wire and everything that was told, with its time
 */
public record Played(
    Tape tape,
    List<Json> events,
    List<OrderEvent> orders,
    List<Departure> departures,
    List<OrderState> live,
    List<String> trace) {

  /** The events of one order, in order. */
  public List<OrderEvent> orders(String clientId) {
    List<OrderEvent> of = new ArrayList<>();
    for (OrderEvent e : orders) {
      if (e.state().clientId().equals(clientId)) {
        of.add(e);
      }
    }
    return of;
  }

  /** What the user was told of that kind. */
  public List<Json> told(String event) {
    return events.stream().filter(e -> e.text("event").equals(event)).toList();
  }

  /** The last thing the user was told of that kind, or null. */
  public @Nullable Json lastTold(String event) {
    List<Json> all = told(event);
    return all.isEmpty() ? null : all.get(all.size() - 1);
  }

  /** A hash of everything that happened; the same on every machine and every JDK. */
  public String hash() {
    byte[] text = String.join("\n", trace).getBytes(StandardCharsets.UTF_8);
    return Hex.encode(Digest.sha256(text));
  }
}
