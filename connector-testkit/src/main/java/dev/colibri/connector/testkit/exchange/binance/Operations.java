package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.binance.Operation.Access;
import dev.colibri.connector.testkit.exchange.binance.Operation.Call;
import dev.colibri.connector.testkit.exchange.binance.Operation.Handler;
import dev.colibri.connector.text.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What callers may ask about one subject; each page of the venue's documentation is a subclass. */
abstract class Operations {

  final BinanceProtocol protocol;
  final Exchange exchange;
  private final List<Operation> all = new ArrayList<>();

  Operations(BinanceProtocol protocol, Exchange exchange) {
    this.protocol = protocol;
    this.exchange = exchange;
  }

  /** Everything a caller may ask. */
  static List<Operation> all(Operations... pages) {
    return Stream.of(pages).flatMap(page -> page.all.stream()).toList();
  }

  final void add(String target, String method, Access access, int weight, Handler handler) {
    add(target, method, access, p -> weight, handler);
  }

  final void add(
      String target, String method, Access access, ToIntFunction<Params> weight, Handler handler) {
    all.add(new Operation(target, method, access, weight, false, handler));
  }

  /** An operation that counts as an order. */
  final void addOrdering(String target, String method, Handler handler) {
    addOrdering(target, method, 1, handler);
  }

  final void addOrdering(String target, String method, int weight, Handler handler) {
    all.add(new Operation(target, method, Access.SIGNED, p -> weight, true, handler));
  }

  final boolean isVisible(long since, Call call) {
    return protocol.faults().isVisible(since, call.now());
  }

  final Market market(Params p) {
    return protocol.markets().require(p.text("symbol"));
  }

  /** The exchange's name of a market, delisted or not. */
  final String marketName(Params p) {
    return protocol.markets().requireName(p.text("symbol"));
  }

  /** The order that {@code orderId} and {@code origClientOrderId} name; both must fit. */
  final Optional<Order> find(
      Call call, String market, @Nullable Long id, @Nullable String clientId) {
    requireId(id, clientId);
    if (id == null) {
      return exchange.order(call.account(), market, String.valueOf(clientId));
    }
    return exchange
        .order(call.account(), market, id)
        .filter(o -> clientId == null || o.clientId().equals(clientId));
  }

  static void requireId(@Nullable Long id, @Nullable String clientId) {
    if (id == null && clientId == null) {
      throw new ApiError(
          -1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!");
    }
  }

  // Lists

  static <T> void array(JsonWriter out, List<T> items, BiConsumer<JsonWriter, T> write) {
    out.array();
    items.forEach(item -> write.accept(out, item));
    out.end();
  }

  static <T> List<T> last(List<T> items, int limit) {
    return items.subList(Math.max(0, items.size() - limit), items.size());
  }

  /** The venue's rule for all lists: the oldest from {@code start}, else the latest. */
  static <T> List<T> page(
      List<T> items,
      ToLongFunction<T> position,
      @Nullable Long start,
      @Nullable Long end,
      int limit) {
    var found =
        items.stream()
            .filter(i -> start == null || position.applyAsLong(i) >= start)
            .filter(i -> end == null || position.applyAsLong(i) <= end)
            .toList();
    return start == null ? last(found, limit) : found.subList(0, Math.min(limit, found.size()));
  }
}
