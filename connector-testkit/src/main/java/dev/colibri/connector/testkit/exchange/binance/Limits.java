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

  /** Which orders count, and in which window besides ten seconds. */
  enum Orders {
    UNFILLED_A_DAY("DAY", "1D", DAY, true),
    ALL_A_MINUTE("MINUTE", "1M", MINUTE, false);

    final String interval;
    private final String header;
    private final long millis;
    private final boolean unfilled;

    Orders(String interval, String header, long millis, boolean unfilled) {
      this.interval = interval;
      this.header = header;
      this.millis = millis;
      this.unfilled = unfilled;
    }
  }

  private final class Counts {
    final Window tenSeconds = new Window(TEN_SECONDS);
    final Window longer = new Window(counted.millis);
  }

  private final RateLimits usual;
  private final Orders counted;
  private final Faults faults;
  private final Map<String, Counts> orders = new LinkedHashMap<>();
  private final Map<String, Address> addresses =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Address> eldest) {
          return size() > ADDRESSES;
        }
      };

  Limits(RateLimits usual, Orders counted, Faults faults) {
    this.usual = usual;
    this.counted = counted;
    this.faults = faults;
  }

  /** The limits of now. */
  RateLimits limits() {
    return new RateLimits(
        faults.limit(usual.weightPerMinute()),
        faults.limit(usual.ordersPerTenSeconds()),
        faults.limit(usual.orders()));
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
    if (o.longer.count(now) >= limits.orders()) {
      throw tooMany(limits.orders() + " orders per 1 " + counted.interval, o.longer);
    }
  }

  private ApiError tooMany(String limit, Window window) {
    faults.count(Faults.Effect.RATE_LIMITED);
    return new ApiError(
        429, -1015, "Too many new orders; current limit is " + limit + ".", window.end());
  }

  void placed(String account, long now) {
    placed(account, 1, now);
  }

  /** A batch counts as so many in ten seconds, and once in the longer window. */
  void placed(String account, int inTenSeconds, long now) {
    var o = orders(account);
    o.tenSeconds.add(inTenSeconds, now);
    o.longer.add(1, now);
  }

  /** An order that was counted has been refused or has traded. */
  void uncount(String account, long now) {
    if (!counted.unfilled) {
      return;
    }
    var o = orders(account);
    o.tenSeconds.add(-1, now);
    o.longer.add(-1, now);
  }

  /** An order's first fill gives its place in the count back. */
  @Override
  public void execution(Execution e) {
    var fill = e.fill();
    if (fill != null && e.order().executed().equals(fill.quantity())) {
      uncount(e.order().account(), fill.time());
    }
  }

  private int ordersInTenSeconds(String account, long now) {
    return orders(account).tenSeconds.count(now);
  }

  private int ordersInLonger(String account, long now) {
    return orders(account).longer.count(now);
  }

  /** The headers of an answer to an order. */
  void tellOrders(Map<String, String> headers, String account, long now) {
    headers.put("X-MBX-ORDER-COUNT-10S", Integer.toString(ordersInTenSeconds(account, now)));
    headers.put(
        "X-MBX-ORDER-COUNT-" + counted.header, Integer.toString(ordersInLonger(account, now)));
  }

  private Counts orders(String account) {
    return orders.computeIfAbsent(account, a -> new Counts());
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
    write(out, "ORDERS", counted.interval, 1, limits.orders(), ordersInLonger(account, now));
  }

  void writeWeight(JsonWriter out, String remote, long now) {
    write(out, "REQUEST_WEIGHT", "MINUTE", 1, limits().weightPerMinute(), usedWeight(remote, now));
  }
}
