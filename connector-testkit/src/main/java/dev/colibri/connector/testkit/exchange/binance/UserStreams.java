package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.ExchangeListener;
import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.text.JsonWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What accounts hear of themselves: through WebSocket API subscriptions and through listen keys.
 */
abstract class UserStreams implements ExchangeListener {

  private static final long LISTEN_KEY_MILLIS = 3_600_000L;
  private static final int REPLAYED = 50;

  /** One way to one account. */
  interface Subscriber {
    void event(String json);
  }

  private static final class ListenKey extends Feed implements Subscriber {
    final String account;
    long expires;

    ListenKey(String name, String account) {
      super(name);
      this.account = account;
    }

    @Override
    public void event(String json) {
      publish(json);
    }

    @Override
    String faulty() {
      return Faults.PRIVATE;
    }
  }

  final Exchange exchange;
  private final Faults faults;
  private final Map<String, List<Subscriber>> subscribers = new LinkedHashMap<>();
  private final Map<String, Deque<String>> recent = new LinkedHashMap<>();
  private final Map<String, ListenKey> listenKeys = new LinkedHashMap<>();

  UserStreams(Exchange exchange, Faults faults) {
    this.exchange = exchange;
    this.faults = faults;
  }

  void subscribe(String account, Subscriber subscriber) {
    subscribers.computeIfAbsent(account, a -> new ArrayList<>()).add(subscriber);
  }

  void unsubscribe(String account, Subscriber subscriber) {
    var list = subscribers.get(account);
    if (list != null) {
      list.remove(subscriber);
    }
  }

  final void publish(String account, Supplier<String> json) {
    var list = subscribers.get(account);
    if (list != null && !list.isEmpty()) {
      var text = json.get();
      var events = recent.computeIfAbsent(account, a -> new ArrayDeque<>());
      if (events.size() == REPLAYED) {
        events.removeFirst();
      }
      events.addLast(text);
      List.copyOf(list).forEach(s -> s.event(text));
    }
  }

  /** Tells the last events again to whoever listens now. */
  void replay(int count) {
    recent.forEach(
        (account, events) -> {
          var list = subscribers.getOrDefault(account, List.of());
          if (!list.isEmpty()) {
            events.stream()
                .skip(Math.max(0, events.size() - count))
                .forEach(
                    text -> {
                      faults.count(Faults.Effect.FRAME_REPLAYED);
                      List.copyOf(list).forEach(s -> s.event(text));
                    });
          }
        });
  }

  // Listen keys

  /** The account's listen key; asking again gives the same one for another hour. */
  String listenKey(String account, Supplier<String> name, long now) {
    for (var key : listenKeys.values()) {
      if (key.account.equals(account)) {
        key.expires = now + LISTEN_KEY_MILLIS;
        return key.name();
      }
    }
    var key = new ListenKey(name.get(), account);
    key.expires = now + LISTEN_KEY_MILLIS;
    listenKeys.put(key.name(), key);
    subscribe(account, key);
    return key.name();
  }

  void extend(String account, String name, long now) {
    require(account, name).expires = now + LISTEN_KEY_MILLIS;
  }

  void close(String account, String name) {
    end(require(account, name));
  }

  /** The name of the account's only listen key. */
  String requireKey(String account) {
    return listenKeys.values().stream()
        .filter(key -> key.account.equals(account))
        .findFirst()
        .orElseThrow(() -> new ApiError(-1125, "This listenKey does not exist."))
        .name();
  }

  private ListenKey require(String account, String name) {
    var key = listenKeys.get(name);
    if (key == null || !key.account.equals(account)) {
      throw new ApiError(-1125, "This listenKey does not exist.");
    }
    return key;
  }

  private void end(ListenKey key) {
    listenKeys.remove(key.name());
    unsubscribe(key.account, key);
  }

  @Nullable Feed feed(String name) {
    return listenKeys.get(name);
  }

  void wake(long now) {
    for (var key : List.copyOf(listenKeys.values())) {
      if (now > key.expires) {
        key.publish(
            new JsonWriter()
                .object()
                .put("e", "listenKeyExpired")
                .put("E", now)
                .put("listenKey", key.name())
                .end()
                .toString());
        end(key);
      }
    }
  }
}
