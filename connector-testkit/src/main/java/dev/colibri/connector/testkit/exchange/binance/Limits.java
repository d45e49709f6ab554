package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.testkit.exchange.ExchangeListener;
import dev.colibri.connector.testkit.exchange.Execution;
import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.text.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Request weight per address and unfilled orders per account, in windows of the clock. */
final class Limits implements ExchangeListener {

  private static final long MINUTE = 60_000L;
  private static final long TEN_SECONDS = 10_000L;
  private static final long DAY = 86_400_000L;
  private static final int ADDRESSES = 1_000;
  // The documentation says "repeatedly"; how often is not published.
  private static final int FORGIVEN = 10;
  private static final long FIRST_BAN = 2 * MINUTE;
  private static final long LONGEST_BAN = 3 * DAY;

  /** A count that begins anew with every window. */
  private static final class Window {
    private final long millis;
    private long start = Long.MIN_VALUE;
    private int count;

    Window(long millis) {
      this.millis = millis;
    }

    int count(long now) {
      long current = Math.floorDiv(now, millis) * millis;
      if (current != start) {
        start = current;
        count = 0;
      }
      return count;
    }

    void add(int n, long now) {
      count = Math.max(0, count(now) + n);
    }

    long end() {
      return start + millis;
    }
  }

  private static final class Address {
    final Window weight = new Window(MINUTE);
    int ignored;
    long banMillis = FIRST_BAN;
    long bannedUntil = Long.MIN_VALUE;
  }

  private static final class Orders {
    final Window tenSeconds = new Window(TEN_SECONDS);
    final Window day = new Window(DAY);
  }

  private final RateLimits usual;
  private final Faults faults;
  private final Map<String, Orders> orders = new LinkedHashMap<>();
  private final Map<String, Address> addresses =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Address> eldest) {
          return size() > ADDRESSES;
        }
      };

  Limits(RateLimits usual, Faults faults) {
    this.usual = usual;
    this.faults = faults;
  }

  /** The limits of now. */
  RateLimits limits() {
    return new RateLimits(
        faults.limit(usual.weightPerMinute()),
        faults.limit(usual.ordersPerTenSeconds()),
        faults.limit(usual.ordersPerDay()));
  }

  /** Counts a request, or refuses it with 429 and, for those who do not listen, 418. */
  void spend(String remote, int weight, long now) {
    var address = address(remote);
    if (now < address.bannedUntil) {
      throw banned(address);
    }
    int most = limits().weightPerMinute();
    if (address.weight.count(now) + weight > most) {
      if (++address.ignored > FORGIVEN) {
        address.bannedUntil = now + address.banMillis;
        address.banMillis = Math.min(LONGEST_BAN, 2 * address.banMillis);
        address.ignored = 0;
        throw banned(address);
      }
      faults.count(Faults.Effect.RATE_LIMITED);
      throw new ApiError(
          429,
          -1003,
          "Too much request weight used; current limit is "
              + most
              + " request weight per 1 MINUTE. Please use WebSocket Streams for live updates to"
              + " avoid polling the API.",
          address.weight.end());
    }
    address.weight.add(weight, now);
  }

  private ApiError banned(Address address) {
    faults.count(Faults.Effect.RATE_LIMITED);
    return new ApiError(
        418,
        -1003,
        "Way too much request weight used; IP banned until "
            + address.bannedUntil
            + ". Please use WebSocket Streams for live updates to avoid bans.",
        address.bannedUntil);
  }

  int usedWeight(String remote, long now) {
    return address(remote).weight.count(now);
  }

  private Address address(String remote) {
    return addresses.computeIfAbsent(remote, r -> new Address());
  }

  /** Refuses a further order of an account that has placed too many unfilled ones. */
  void requireOrder(String account, long now) {
    var o = orders(account);
    var limits = limits();
    if (o.tenSeconds.count(now) >= limits.ordersPerTenSeconds()) {
      throw tooMany(limits.ordersPerTenSeconds() + " orders per 10 SECOND", o.tenSeconds);
    }
    if (o.day.count(now) >= limits.ordersPerDay()) {
      throw tooMany(limits.ordersPerDay() + " orders per 1 DAY", o.day);
    }
  }

  private ApiError tooMany(String limit, Window window) {
    faults.count(Faults.Effect.RATE_LIMITED);
    return new ApiError(
        429, -1015, "Too many new orders; current limit is " + limit + ".", window.end());
  }

  void placed(String account, long now) {
    var o = orders(account);
    o.tenSeconds.add(1, now);
    o.day.add(1, now);
  }

  /** An order that was counted has been refused or has traded. */
  void uncount(String account, long now) {
    var o = orders(account);
    o.tenSeconds.add(-1, now);
    o.day.add(-1, now);
  }

  /** An order's first fill gives its place in the count back. */
  @Override
  public void execution(Execution e) {
    var fill = e.fill();
    if (fill != null && e.order().executed().equals(fill.quantity())) {
      uncount(e.order().account(), fill.time());
    }
  }

  int ordersInTenSeconds(String account, long now) {
    return orders(account).tenSeconds.count(now);
  }

  int ordersToday(String account, long now) {
    return orders(account).day.count(now);
  }

  private Orders orders(String account) {
    return orders.computeIfAbsent(account, a -> new Orders());
  }

  /** The limits as exchangeInfo tells them, and with counts as the WebSocket API does. */
  static void write(JsonWriter out, String type, String interval, int num, int limit, int count) {
    out.object()
        .put("rateLimitType", type)
        .put("interval", interval)
        .put("intervalNum", num)
        .put("limit", limit);
    if (count >= 0) {
      out.put("count", count);
    }
    out.end();
  }

  void writeOrders(JsonWriter out, String account, long now) {
    var limits = limits();
    write(
        out,
        "ORDERS",
        "SECOND",
        10,
        limits.ordersPerTenSeconds(),
        ordersInTenSeconds(account, now));
    write(out, "ORDERS", "DAY", 1, limits.ordersPerDay(), ordersToday(account, now));
  }

  void writeWeight(JsonWriter out, String remote, long now) {
    write(out, "REQUEST_WEIGHT", "MINUTE", 1, limits().weightPerMinute(), usedWeight(remote, now));
  }
}
