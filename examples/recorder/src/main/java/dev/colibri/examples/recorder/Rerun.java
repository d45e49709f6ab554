package dev.colibri.examples.recorder;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.Connector;
import dev.colibri.connector.Inventory;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.PaperAccount;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionEvent;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.testkit.Replay;
import dev.colibri.connector.testkit.tape.Tape;
import dev.colibri.connector.testkit.tape.TapeReader;
import dev.colibri.examples.marketmaker.MarketMaker;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs a strategy on a tape, as fast as it goes, and tells what came of it. The same tape and
 * strategy give the same figures, but for how long it took.
 */
final class Rerun {
  private static final Set<String> VALUED =
      Set.of("--strategy", "--instrument", "--size", "--balances", "--fees", "--latency");
  private static final Duration STEP = Duration.ofMillis(250);

  private final PrintStream out;
  private final Arguments options;
  private final Path tape;
  private final String venue;
  private final boolean perpetual;

  /** What the tape subscribes to first; empty for nothing. */
  private final String recorded;

  private final String instrument;
  private final String size;
  private final PaperAccount account;

  private final Set<Connector> heard = new LinkedHashSet<>();
  private final Map<OrderEvent.Kind, Integer> told = new EnumMap<>(OrderEvent.Kind.class);
  private long events;
  private final List<FundingPayment> payments = new ArrayList<>();
  private int liquidations;
  private @Nullable BigDecimal middle;
  private @Nullable Instrument traded;

  /**
   * What to run.
   *
   * @throws IllegalArgumentException naming what is not understood
   */
  Rerun(List<String> args, PrintStream out) {
    this.out = out;
    options = new Arguments(args, Set.of(), VALUED);
    if (options.words().size() != 1) {
      throw new IllegalArgumentException(
          options.words().isEmpty() ? "say which tape" : "one tape, not " + options.words());
    }
    tape = Path.of(options.words().get(0));
    if (!Files.isRegularFile(tape)) {
      throw new IllegalArgumentException(
          Files.isDirectory(tape) ? tape + " is a folder" : "there is no file " + tape);
    }
    try (TapeReader reader = TapeReader.open(tape)) {
      venue = reader.header().text("venue");
      perpetual = reader.header().textOr("kind", "").equals("perp");
      recorded = firstSubscribed(reader);
    }
    instrument = options.text("--instrument", recorded);
    if (!instrument.isEmpty() && !instrument.matches("[^-]+-[^-]+")) {
      throw new IllegalArgumentException("--instrument is as BTC-USDT, not " + instrument);
    }
    size = options.amount("--size", "0.002");
    String[] assets = instrument.split("-", 2);
    Map<String, String> balances = options.amounts("--balances");
    if (balances == null) {
      if (assets.length < 2) {
        throw new IllegalArgumentException(
            "say --instrument or --balances: the tape subscribes to nothing");
      }
      balances = new LinkedHashMap<>();
      if (!perpetual) {
        balances.put(assets[0], "1");
      }
      balances.put(assets[1], "100000");
    }
    PaperAccount paper = PaperAccount.of(balances);
    String fees = options.find("--fees");
    if (fees != null) {
      String[] makerTaker = fees.split(",", -1);
      if (makerTaker.length != 2) {
        throw new IllegalArgumentException("--fees is as 0.001,0.001, not " + fees);
      }
      paper = paper.fees(makerTaker[0], makerTaker[1]);
    }
    account = paper.latency(options.duration("--latency", "20ms"));
  }

  /** The instrument of the first subscription on the tape; empty where there is none. */
  private static String firstSubscribed(TapeReader tape) {
    for (Tape.Line line = tape.next(); line != null; line = tape.next()) {
      if (line.kind() == Tape.Kind.DO && line.what().equals("subscribe") && line.json().has("of")) {
        return line.json().text("of");
      }
    }
    return "";
  }

  /** Runs it to the end of the tape. */
  void run() throws Exception {
    long began = System.nanoTime();
    Progress progress = new Progress(out, Progress.isTerminal());
    try (Replay replay = Replay.of(tape, account)) {
      Colibri colibri = replay.colibri();
      // A strategy may open connectors whenever it likes, and be told of orders soon after.
      Subscription looking = colibri.every(Duration.ofMillis(1), () -> listen(colibri));
      Object strategy = begin(colibri);
      listen(colibri);
      looking.close();
      while (!replay.isOver()) {
        replay.advance(STEP);
        listen(colibri);
        look();
        progress.show(replay.percent(), replay.played() + " messages");
      }
      progress.end();
      if (strategy instanceof AutoCloseable closeable) {
        closeable.close();
      }
      tell(replay.played(), System.nanoTime() - began);
    }
  }

  /** Makes a strategy: its public constructor takes a runtime, and opens what it trades on. */
  private Object begin(Colibri colibri) throws Exception {
    String name = options.find("--strategy");
    if (name == null && perpetual) {
      throw new IllegalArgumentException(
          venue + " is of perpetuals, and the market maker of spot: say --strategy");
    }
    if (name == null) {
      SpotConnector connector = colibri.open(venue());
      connector.start().join();
      Instrument i = connector.instrument(instrument); // Throws, and names others, for none.
      return new MarketMaker(colibri, connector, i, new Inventory(), MarketMaker.Plan.of(size));
    }
    try {
      return Class.forName(name).getConstructor(Colibri.class).newInstance(colibri);
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException("no class " + name + " on the class path");
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException(name + " has no public constructor that takes a Colibri");
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private SpotVenue venue() {
    List<String> known = new ArrayList<>();
    for (SpotVenueProvider p : ServiceLoader.load(SpotVenueProvider.class)) {
      if (p.name().equals(venue)) {
        return p.venue(null);
      }
      known.add(p.name());
    }
    throw new IllegalArgumentException(
        "the tape is of " + venue + ", and there is no such connector; there are " + known);
  }

  private void listen(Colibri colibri) {
    for (Connector c : colibri.connectors()) {
      if (heard.add(c)) {
        c.orders().listen(e -> told.merge(e.kind(), 1, Integer::sum));
        c.events().listen(e -> events++);
        if (c instanceof PerpConnector perp) {
          perp.fundingPayments().listen(payments::add);
          perp.positionUpdates()
              .listen(e -> liquidations += e.kind() == PositionEvent.Kind.LIQUIDATION ? 1 : 0);
        }
      }
    }
  }

  /** What the instrument is worth, for the end. */
  private void look() {
    for (Connector c : heard) {
      if (c instanceof BookConnector of && of.isReady() && !instrument.isEmpty()) {
        Instrument i = of.instrument(instrument);
        OrderBook book = of.book(i);
        Level bid = book.isValid() ? book.bestBid() : null;
        Level ask = book.isValid() ? book.bestAsk() : null;
        if (bid != null && ask != null) {
          traded = i;
          middle = bid.price().add(ask.price()).multiply(new BigDecimal("0.5"));
        }
      }
    }
  }

  private void tell(long messages, long nanos) {
    out.println("messages  " + messages);
    out.println(
        "events    " + events + " of connectors, " + sum(OrderEvent.Kind.values()) + " of orders");
    out.println(
        "orders    "
            + sum(OrderEvent.Kind.ACCEPTED)
            + " accepted, "
            + sum(OrderEvent.Kind.REJECTED)
            + " rejected, "
            + sum(OrderEvent.Kind.CANCELED)
            + " canceled, "
            + sum(OrderEvent.Kind.FILLED)
            + " filled");
    out.println("fills     " + sum(OrderEvent.Kind.FILL, OrderEvent.Kind.LATE_FILL));
    if (perpetual) {
      out.println("funding   " + payments.size() + " payments, " + liquidations + " liquidations");
    }
    out.println("profit    " + profit());
    long rate = messages * 1_000_000_000L / Math.max(1, nanos);
    out.println(
        String.format(Locale.ROOT, "took      %d ms, %d messages/s", nanos / 1_000_000L, rate));
  }

  private int sum(OrderEvent.Kind... kinds) {
    int sum = 0;
    for (OrderEvent.Kind kind : kinds) {
      sum += told.getOrDefault(kind, 0);
    }
    return sum;
  }

  /** What the accounts hold now, less what they began with, at the last price that was seen. */
  private String profit() {
    Instrument i = traded;
    BigDecimal price = middle;
    if (i == null || price == null) {
      return "unknown: no valid book of "
          + instrument
          + " was seen"
          + (recorded.isEmpty() || recorded.equals(instrument)
              ? ""
              : "; the tape subscribes to " + recorded);
    }
    BigDecimal base = BigDecimal.ZERO;
    BigDecimal quote = BigDecimal.ZERO;
    for (Connector c : heard) {
      if (c instanceof PerpConnector perp) {
        return profit(perp, i);
      }
      if (c instanceof BookConnector book) {
        base = base.add(gained(book, i.base()));
        quote = quote.add(gained(book, i.quote()));
      }
    }
    BigDecimal profit = quote.add(base.multiply(price)).setScale(2, RoundingMode.HALF_UP);
    return "%s %s: %s %s and %s %s, at %s"
        .formatted(
            profit.toPlainString(),
            i.quote(),
            plain(base),
            i.base(),
            plain(quote),
            i.quote(),
            plain(price));
  }

  /** What the account gained, and what its position would gain if it were closed. */
  private String profit(PerpConnector perp, Instrument i) {
    BigDecimal wallet = gained(perp, i.settle());
    BigDecimal held = BigDecimal.ZERO;
    BigDecimal open = BigDecimal.ZERO;
    for (Position p : perp.positions()) {
      if (p.instrument().equals(i)) {
        held = held.add(p.size());
        BigDecimal profit = p.unrealisedProfit();
        open = profit == null ? open : open.add(profit);
      }
    }
    return "%s %s: %s realised, and %s open with %s %s held"
        .formatted(
            wallet.add(open).setScale(2, RoundingMode.HALF_UP).toPlainString(),
            i.settle(),
            plain(wallet),
            plain(open),
            plain(held),
            i.base());
  }

  private BigDecimal gained(BookConnector connector, String asset) {
    var now = connector.balances().get(asset);
    BigDecimal before = account.balances().getOrDefault(asset, BigDecimal.ZERO);
    return (now == null ? BigDecimal.ZERO : now.total()).subtract(before);
  }

  private static String plain(BigDecimal n) {
    return n.signum() == 0 ? "0" : n.stripTrailingZeros().toPlainString();
  }
}
