package dev.colibri.connector;

import dev.colibri.connector.engine.Limiter;
import dev.colibri.connector.engine.PerpAccount;
import dev.colibri.connector.io.Journal;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionEvent;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.spi.Transfers;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A live line to one account of one venue of perpetual swaps, or to its public data: orders and
 * books as on spot, and positions, leverage and funding.
 */
public final class PerpConnector extends BookConnector {
  private final PerpVenue venue;
  private final Stage<PerpConnector> startStage;
  private final ListFeed<PositionEvent> positionFeed;
  private final ListFeed<FundingPayment> paymentFeed;

  // Looked up by key only, never walked through.
  private final Map<Instrument, FundingFeed> fundingFeeds = new HashMap<>();

  PerpConnector(
      Colibri colibri,
      PerpVenue venue,
      BookDialect dialect,
      Limiter limiter,
      Journal.@Nullable Part journal) {
    super(colibri, venue, dialect, limiter, journal);
    this.venue = venue;
    startStage = new Stage<>(host());
    positionFeed = new ListFeed<>(listeners(), e -> inventories().forEach(i -> i.heard(this, e)));
    paymentFeed = new ListFeed<>(listeners(), p -> inventories().forEach(i -> i.heard(this, p)));
  }

  @Override
  public CompletableFuture<PerpConnector> start() {
    beginStart();
    return startStage;
  }

  @Override
  Stage<PerpConnector> startStage() {
    return startStage;
  }

  @Override
  void started() {
    startStage.succeed(this);
  }

  private <T> T perp(Function<PerpAccount, T> read) {
    return driver().read(() -> read.apply(Objects.requireNonNull(engine().perp())));
  }

  // ---------------------------------------------------------------- positions

  /** Every position that is not flat. */
  public List<Position> positions() {
    return perp(PerpAccount::positions);
  }

  /**
   * The position of an instrument that has one, as in one-way mode; flat where there is none.
   *
   * @throws IllegalStateException in hedge mode, where there are two
   */
  public Position position(Instrument instrument) {
    Instrument of = known(instrument);
    if (perp(p -> Optional.ofNullable(p.mode(of))).equals(Optional.of(PositionMode.HEDGE))) {
      throw new IllegalStateException(
          name() + " holds long and short positions side by side: say which one");
    }
    return position(instrument, PositionSide.NET);
  }

  /** One of the positions of an instrument; flat where there is none. */
  public Position position(Instrument instrument, PositionSide side) {
    Instrument of = known(instrument);
    return perp(p -> p.position(of, side));
  }

  /**
   * Every change of a position, with what made it. Never dropped. What the venue tells beside
   * sizes, as liquidation prices, is in {@link #position} and makes no event.
   */
  public Feed<PositionEvent> positionUpdates() {
    return positionFeed;
  }

  /** The account's position mode; empty before it is known. */
  public Optional<PositionMode> positionMode() {
    return perp(p -> Optional.ofNullable(p.mode()));
  }

  /**
   * Puts the account into a position mode. A venue refuses while positions or orders are open.
   *
   * @return completes with the mode that holds; fails with the venue's words
   */
  public CompletableFuture<PositionMode> positionMode(PositionMode wanted) {
    Stage<PositionMode> stage = stage();
    driver().run(() -> engine().positionMode(host().nanos(), wanted, stage::succeed, fails(stage)));
    return stage;
  }

  // ---------------------------------------------------------------- leverage

  /** The leverage and margin mode of an instrument, asked now. */
  public CompletableFuture<Leverage> leverage(Instrument instrument) {
    Instrument of = known(instrument);
    Stage<Leverage> stage = stage();
    driver().run(() -> engine().leverage(host().nanos(), of, stage::succeed, fails(stage)));
    return stage;
  }

  /** As {@link #leverage(Leverage)}, in the margin mode that the venue was opened with. */
  public CompletableFuture<Leverage> leverage(Instrument instrument, String leverage) {
    return leverage(new Leverage(instrument, new BigDecimal(leverage), venue.marginMode()));
  }

  /**
   * Sets the leverage and margin mode of an instrument.
   *
   * @return completes with what holds; fails with the venue's words
   * @throws dev.colibri.connector.model.Refused when it is more than the venue takes
   */
  public CompletableFuture<Leverage> leverage(Leverage wanted) {
    known(wanted.instrument());
    Stage<Leverage> stage = stage();
    driver()
        .call(
            () -> {
              engine().leverage(host().nanos(), wanted, stage::succeed, fails(stage));
              return wanted;
            });
    return stage;
  }

  /** The leverage of an instrument as far as it was told; empty where it was not. */
  public Optional<Leverage> knownLeverage(Instrument instrument) {
    Instrument of = known(instrument);
    return perp(p -> Optional.ofNullable(p.knownLeverage(of)));
  }

  /** How orders are margined where nothing else is known. */
  public MarginMode marginMode() {
    return venue.marginMode();
  }

  private static Consumer<String> fails(Stage<?> stage) {
    return why -> stage.fail(new VenueException(why));
  }

  // ---------------------------------------------------------------- funding

  /**
   * Mark price, index price and funding rate of an instrument as they change: each time everything
   * that is known by then.
   */
  public Feed<FundingRate> funding(Instrument instrument) {
    Instrument of = known(instrument);
    return driver().read(() -> fundingFeeds.computeIfAbsent(of, FundingFeed::new));
  }

  /** What was told of an instrument's funding last; empty before, and where nobody listens. */
  public Optional<FundingRate> fundingRate(Instrument instrument) {
    Instrument of = known(instrument);
    return perp(p -> Optional.ofNullable(p.rate(of)));
  }

  /** Mark price, index price and funding rate of these instruments, or of all, asked now. */
  public CompletableFuture<List<FundingRate>> fundingRates(List<Instrument> of) {
    of.forEach(this::known);
    return ask(
        ((PerpDialect) dialect())
            .fundingRates(of, rows("funding rates"))
            .map(
                all ->
                    all.stream()
                        .filter(r -> of.isEmpty() || of.contains(r.instrument()))
                        .toList()));
  }

  /** Funding that was paid or received since the connector started. Never dropped. */
  public Feed<FundingPayment> fundingPayments() {
    return paymentFeed;
  }

  /**
   * Funding that was paid or received in a range of time, oldest first, asked now. All of it, or
   * the stage fails: where it says that the answer goes on, ask for a shorter time.
   */
  public CompletableFuture<List<FundingPayment>> fundingPayments(Instant from, Instant until) {
    return ask(
        engine()
            .fundingPayments(from.toEpochMilli(), until.toEpochMilli(), rows("funding payments")));
  }

  /** Subscribes while somebody listens. */
  private final class FundingFeed implements Feed<FundingRate> {
    private final Instrument instrument;
    private final ListFeed<FundingRate> feed = new ListFeed<>(listeners());
    private int listening;

    FundingFeed(Instrument instrument) {
      this.instrument = instrument;
    }

    @Override
    public Subscription listen(Consumer<? super FundingRate> listener) {
      Subscription told = feed.listen(listener);
      count(1);
      boolean[] over = {false};
      return () -> {
        told.close();
        if (!over[0]) {
          over[0] = true;
          count(-1);
        }
      };
    }

    private void count(int more) {
      driver()
          .run(
              () -> {
                listening += more;
                Topic topic = Topic.funding(instrument);
                if (more > 0 && listening == 1) {
                  engine().want(host().nanos(), topic);
                } else if (more < 0 && listening == 0) {
                  engine().unwant(host().nanos(), topic);
                }
              });
    }
  }

  // ---------------------------------------------------------------- transfers

  /**
   * Moves funds between the account's own wallets at this venue; absent where the venue has no such
   * request, or it was not {@link PerpVenue#allowTransfers() allowed}.
   */
  public Optional<Wallets> transfers() {
    return venue.areTransfersAllowed() && dialect() instanceof Transfers t
        ? Optional.of(new Wallets(this, t))
        : Optional.empty();
  }

  /** The account's own wallets. */
  public static final class Wallets {
    private final PerpConnector connector;
    private final Transfers venue;

    private Wallets(PerpConnector connector, Transfers venue) {
      this.connector = connector;
      this.venue = venue;
    }

    /**
     * Moves funds. Where the reply is lost the outcome is unknown: the balances show it.
     *
     * @param amount positive, in units of the asset
     * @return completes with the venue's id of the transfer, which may be empty
     */
    public CompletableFuture<String> move(
        String asset, BigDecimal amount, Transfers.Direction direction) {
      if (amount.signum() <= 0) {
        throw new IllegalArgumentException(
            "an amount must be positive, is " + amount.toPlainString());
      }
      CompletableFuture<String> moved = connector.ask(venue.transfer(asset, amount, direction));
      return moved.whenComplete((id, e) -> connector.audit());
    }
  }

  // ---------------------------------------------------------------- what the engine tells

  @Override
  void told(PositionEvent event) {
    positionFeed.tell(event);
  }

  @Override
  void told(FundingRate rate) {
    FundingFeed feed = fundingFeeds.get(rate.instrument());
    if (feed != null) {
      feed.feed.tell(rate);
    }
  }

  @Override
  void told(FundingPayment payment) {
    paymentFeed.tell(payment);
  }
}
