package dev.colibri.connector.engine;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.PaperAccount;
import dev.colibri.connector.model.PositionEvent;
import dev.colibri.connector.model.RawMessage;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.model.TopView;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.model.TradeView;
import dev.colibri.connector.model.Trigger;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Candles;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.NativeAmend;
import dev.colibri.connector.spi.NonceSequence;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spi.Topic;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A venue whose market data is real and whose account is simulated. What is public is the venue's
 * own; what belongs to an account is answered by a {@link PaperMatcher} and told on the way that an
 * account stream would tell it. Nothing that changes something at the venue, and nothing signed,
 * ever departs.
 */
public class Paper implements BookDialect {
  /** How often an order that waits for a valid book looks. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final BookDialect venue;
  final PaperAccount account;
  final PaperMatcher matcher;
  private final PaperMoney money;
  private final Set<Instrument> watched = new LinkedHashSet<>();
  private @Nullable Line line;
  private long millis;

  /** What it needs of the engine it is the dialect of. */
  record Line(Context context, MarketData market, Streams.Sink sink) {}

  Paper(BookDialect venue, PaperAccount account, PaperMoney money) {
    this.venue = venue;
    this.account = account;
    this.money = money;
    this.matcher = new PaperMatcher(money, update -> line().sink.order(update));
  }

  /** A venue whose account is simulated. */
  public static BookDialect of(BookDialect venue, PaperAccount account) {
    Fees fees = fees(venue, account);
    return new Paper(venue, account, new PaperWallet(fees, new PaperLedger(account.balances())));
  }

  /**
   * A venue of perpetuals whose account is simulated.
   *
   * @param marginMode of instruments of which nothing else was said
   */
  public static PerpDialect of(PerpDialect venue, PaperAccount account, MarginMode marginMode) {
    PaperLedger ledger = new PaperLedger(account.balances());
    return new PaperPerp(venue, account, new PaperMargin(fees(venue, account), ledger, marginMode));
  }

  private static Fees fees(BookDialect venue, PaperAccount account) {
    Fees fees = new Fees(venue.profile());
    FeeRate own = account.fees();
    if (own != null) {
      fees.rates(List.of(own));
    }
    return fees;
  }

  /**
   * An ability of a dialect. On paper it is the venue's own where that is public, and simulated
   * where it changes a resting order.
   *
   * @return null where there is none
   */
  public static <T> @Nullable T ability(BookDialect dialect, Class<T> ability) {
    if (!(dialect instanceof Paper paper)) {
      return ability.isInstance(dialect) ? ability.cast(dialect) : null;
    }
    if (!ability.isInstance(paper.venue)) {
      return null;
    }
    if (ability == NativeAmend.class) {
      NativeAmend amends = paper::amend;
      return ability.cast(amends);
    }
    return ability == Candles.class ? ability.cast(paper.venue) : null;
  }

  // ---------------------------------------------------------------- the engine's side

  /** Takes part in an engine, whose own market data fills the orders. */
  void join(Context context, MarketData market, Streams.Sink sink) {
    line = new Line(context, market, sink);
  }

  final Line line() {
    if (line == null) {
      throw new IllegalStateException("no engine speaks this");
    }
    return line;
  }

  /** Hears the market data on its way to a listener. */
  EngineListener before(EngineListener out) {
    return new EngineListener() {
      @Override
      public void book(OrderBook book) {
        out.book(book);
        matcher.book(book, millis());
        tellMoved();
      }

      @Override
      public void trade(TradeView trade) {
        out.trade(trade);
        matcher.trade(trade, millis());
        Instrument instrument = trade.instrument();
        if (matcher.isWaiting(instrument)) {
          reached(
              instrument,
              Trigger.By.LAST,
              BigDecimal.valueOf(trade.price(), instrument.priceDigits()));
        }
        tellMoved();
      }

      @Override
      public void order(OrderEvent event) {
        out.order(event);
      }

      @Override
      public void event(ConnectorEvent event) {
        out.event(event);
      }

      @Override
      public void balance(Balance balance) {
        out.balance(balance);
      }

      @Override
      public void top(TopView top) {
        out.top(top);
      }

      @Override
      public void position(PositionEvent event) {
        out.position(event);
      }

      @Override
      public void funding(FundingRate rate) {
        out.funding(rate);
        funded(rate);
      }

      @Override
      public void fundingPayment(FundingPayment payment) {
        out.fundingPayment(payment);
      }

      @Override
      public boolean wantsRaw() {
        return out.wantsRaw();
      }

      @Override
      public void raw(RawMessage message) {
        out.raw(message);
      }
    };
  }

  /** More is known of a perpetual's funding. */
  void funded(FundingRate rate) {}

  /** A price was told that orders may wait for: those that did go into the book. */
  final void reached(Instrument instrument, Trigger.By by, BigDecimal price) {
    if (matcher.price(instrument, by, price)) {
      OrderBook book = line().market.book(instrument);
      if (book != null) {
        matcher.book(book, millis());
      }
    }
  }

  /** The venue's time; like its own, it never goes back. */
  final long millis() {
    Context context = line().context;
    millis = Math.max(millis, context.clock.millis(context.now));
    return millis;
  }

  /** A venue's time after all that was before, and before all that comes later. */
  final long closingMillis() {
    long between = millis() + 1;
    millis = between + 1;
    return between;
  }

  /** Does something at a time of the venue's clock. */
  final void at(long venueMillis, Runnable task) {
    Context context = line().context;
    long away = Math.max(0, venueMillis - context.clock.millis(context.now));
    context.timers.set(context.now + away * 1_000_000, task);
  }

  /** Tells what moved, after the orders that moved it. */
  final void tellMoved() {
    settle();
    if (money.ledger().takeMoved()) {
      Line l = line();
      // What becomes of an order is itself put off: twice comes after it.
      l.context.later(() -> l.context.later(this::tell));
    }
  }

  /** What follows from what moved, as a liquidation. */
  void settle() {}

  private void tell() {
    tell(closingMillis());
  }

  /** Tells what is held at a time. */
  void tell(long millis) {
    line().sink.balances(money.balances(), true, millis);
  }

  // ---------------------------------------------------------------- the account, simulated

  @Override
  public Call<OrderUpdate> place(Order order) {
    return Call.of(order)
        .then(
            o -> {
              watch(o.instrument());
              return Call.of(o).after(account.latency());
            })
        .then(o -> arrived(o, line().context.now + line().context.settings.patience().toNanos()));
  }

  /** Orders are filled by book and trades: once they are needed they stay subscribed. */
  private void watch(Instrument instrument) {
    if (watched.add(instrument)) {
      watch(instrument, line().market);
    }
  }

  void watch(Instrument instrument, MarketData market) {
    market.want(market.bookTopic(instrument));
    market.want(Topic.trades(instrument));
  }

  /** Without a valid book nothing can be said of an order: one that may wait does, for a while. */
  private Call<OrderUpdate> arrived(Order order, long patience) {
    OrderBook book = validBook(order);
    if (book != null) {
      return told(matcher.place(order, book, millis()), order);
    }
    boolean rests =
        order.timeInForce() == TimeInForce.GTC || order.timeInForce() == TimeInForce.GTD;
    boolean waits = order.type() != OrderType.MARKET && rests;
    if (waits && line().context.now < patience) {
      return Call.of(order).after(LOOK_AGAIN).then(o -> arrived(o, patience));
    }
    return Call.failed(noBook(order));
  }

  private @Nullable OrderBook validBook(Order order) {
    OrderBook book = line().market.book(order.instrument());
    return book != null && book.isValid() ? book : null;
  }

  private Fault noBook(Order order) {
    OrderBook book = line().market.book(order.instrument());
    return Fault.of(
        Fault.Kind.MAINTENANCE,
        "paper: the order book of %s is %s"
            .formatted(order.instrument().name(), book == null ? "closed" : book.state()));
  }

  /** As a venue does, whose stream tells of an order before the balances that it locks. */
  private Call<OrderUpdate> told(Call<OrderUpdate> answer, Order order) {
    if (answer instanceof Call.Done<OrderUpdate> done) {
      line().context.later(() -> line().sink.order(done.value()));
      if (order.timeInForce() == TimeInForce.GTD && !done.value().status().isTerminal()) {
        at(order.goodTillMillis(), () -> expire(order));
      }
    }
    tellMoved();
    return answer;
  }

  private void expire(Order order) {
    matcher.expire(order, millis());
    tellMoved();
  }

  /** As {@link NativeAmend#amend}. */
  private Call<OrderUpdate> amend(Order order, Order changed) {
    return Call.of(order)
        .after(account.latency())
        .then(
            o -> {
              OrderBook book = validBook(o);
              return book == null
                  ? Call.failed(noBook(o))
                  : told(matcher.amend(o, changed, book, millis()), changed);
            });
  }

  @Override
  public Call<OrderUpdate> cancel(Order order) {
    return Call.of(order)
        .after(account.latency())
        .then(
            o -> {
              Call<OrderUpdate> answer = matcher.cancel(o, millis());
              tellMoved();
              return answer;
            });
  }

  @Override
  public Call<OrderUpdate> status(Order order) {
    return matcher.status(order, millis());
  }

  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    return Call.of(matcher.openOrders(instrument, millis()));
  }

  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    return Call.of(Page.last(matcher.fills(query)));
  }

  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return Call.of(money.balances());
  }

  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    FeeRate own = account.fees();
    return Call.of(own == null ? List.of() : List.of(own));
  }

  // ---------------------------------------------------------------- the market, the venue's own

  /**
   * Lets out what is public.
   *
   * @throws IllegalStateException for a request that changes something, or is signed
   */
  @Override
  public Signed depart(Request request, SigningContext context) {
    if (request.isMutation() || request.isSigned()) {
      throw new IllegalStateException("on paper nothing is sent but public queries: " + request);
    }
    return venue.depart(request, context);
  }

  /** Those of the venue, without the account. */
  @Override
  public List<Stream> streams() {
    return venue.streams().stream()
        .map(s -> s.without(Topic.Kind.ACCOUNT))
        .filter(s -> !s.carries().isEmpty())
        .toList();
  }

  @Override
  public Profile profile() {
    return venue.profile();
  }

  @Override
  public List<Limit> limits() {
    return venue.limits();
  }

  @Override
  public void learn(Request request, Reply reply, LimitUpdates out) {
    venue.learn(request, reply, out);
  }

  @Override
  public List<NonceSequence> nonces() {
    return venue.nonces();
  }

  @Override
  public @Nullable Fault fault(Request request, Reply reply) {
    return venue.fault(request, reply);
  }

  @Override
  public Call<Long> time() {
    return venue.time();
  }

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return venue.instruments(rows);
  }

  @Override
  public Call<BookSnapshot> book(Instrument instrument, int depth) {
    return venue.book(instrument, depth);
  }

  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    return venue.tickers(instruments, rows);
  }

  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return venue.trades(instrument, limit, rows);
  }
}
