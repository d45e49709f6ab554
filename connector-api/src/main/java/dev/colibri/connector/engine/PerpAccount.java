package dev.colibri.connector.engine;

import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionEvent;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.PerpVenue;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an account of perpetuals is beside its orders and balances: its position mode, positions,
 * leverage and funding. Used under the engine's lock.
 */
public final class PerpAccount {
  /** How long doubts are gathered until the venue is asked; longer each time, up to 32 seconds. */
  private static final long GATHER_NANOS = Duration.ofSeconds(2).toNanos();

  private static final int MOST_DOUBLINGS = 4;

  /** What it needs of the engine. */
  interface Line {
    /** Fills of an instrument are to be asked for, and told before {@code then} runs. */
    void askFills(Instrument instrument, Runnable then);

    void askPositions();

    void paid(FundingPayment payment);

    /** What is available is not what it was. */
    void balancesMoved();

    /** Positions need more margin than the venue's balances can show yet. */
    void marginNeeded(String asset, BigDecimal amount);

    /** The venue took the key. */
    void answered();

    /** Something is wrong that a user should see. */
    void failed(String what, Outcome<?> outcome);

    /** The connector can never become ready. */
    void fatal(String why);
  }

  final ModeKeeper modes;
  final Leverages leverages;
  final Funding funding;

  private final Context context;
  private final Line line;
  private final PositionKeeper positions;
  private final Set<Instrument> doubted = new LinkedHashSet<>();

  /** When the latest question for fills of an instrument left that was answered. */
  private final Map<Instrument, Long> fillsAsked = new LinkedHashMap<>();

  private int doubts;

  /** The venue's time of the first look at every position; 0 before. */
  private long lookedMillis;

  PerpAccount(Context context, Calls calls, PerpDialect dialect, PerpVenue venue, Line line) {
    this.context = context;
    this.line = line;
    positions = new PositionKeeper(context.profile.visibilityDelay().toNanos(), new Moves());
    modes = new ModeKeeper(context, calls, dialect, venue, line);
    leverages = new Leverages(context, calls, dialect, venue, positions, line);
    funding = new Funding(context, calls, dialect, line);
  }

  /** Learns the account's position mode, changes it where that is wanted, and goes on. */
  void begin(Runnable then) {
    modes.begin(
        () -> {
          leverages.begin();
          funding.begin();
          then.run();
        });
  }

  /** Whether mode and positions are known. */
  boolean isKnown() {
    return modes.hasBegun() && positions.isKnown();
  }

  /** Asks again for what may have been changed elsewhere. */
  void audit() {
    modes.audit();
    leverages.audit();
  }

  /** The account's position mode; null before it is known. */
  public @Nullable PositionMode mode() {
    return modes.mode();
  }

  /** The position mode of an instrument; null before it is known. */
  public @Nullable PositionMode mode(Instrument instrument) {
    return modes.mode(instrument);
  }

  /** The leverage of an instrument as far as known; null where it is not. */
  public @Nullable Leverage knownLeverage(Instrument instrument) {
    return leverages.known(instrument);
  }

  /** What is known of an instrument's funding; null where nothing is. */
  public @Nullable FundingRate rate(Instrument instrument) {
    return funding.rate(instrument);
  }

  // ---------------------------------------------------------------- orders

  /**
   * An order as it departs: for a position, and margined.
   *
   * @throws Refused while the position mode is not known
   */
  Order complete(Order order) {
    PositionMode mode = mode(order.instrument());
    if (mode == null) {
      throw new Refused(
          Rule.NOT_READY, order.toString(), null, "the position mode is not known; await start()");
    }
    leverages.want(order.instrument());
    PositionSide side = PositionSide.of(mode, order.side(), order.isReduceOnly());
    return order.positionSide(side).marginMode(leverages.marginMode(order.instrument()));
  }

  /** What a unit of notional takes of margin: 1 while the leverage is not known. */
  BigDecimal leverage(Instrument instrument) {
    Leverage known = leverages.known(instrument);
    return known == null ? BigDecimal.ONE : known.leverage();
  }

  /** The position that an order works on, as far as it is in the order's direction. */
  BigDecimal held(Order order) {
    PositionMode mode = mode(order.instrument());
    PositionSide side =
        mode == null ? PositionSide.NET : PositionSide.of(mode, order.side(), order.isReduceOnly());
    BigDecimal held = positions.position(order.instrument(), side).size();
    return order.side() == Side.BUY ? held : held.negate();
  }

  /**
   * The most base units of an order that certainly close a position: what it holds the other way.
   */
  BigDecimal closable(Order order) {
    if (order.positionSide() != PositionSide.NET) {
      return BigDecimal.ZERO;
    }
    return held(order).negate().max(BigDecimal.ZERO);
  }

  /** An order was refused: one that is for a position of another mode has no name of its own. */
  void refused(Fault fault) {
    if (fault.kind() == Fault.Kind.REJECTED) {
      modes.audit();
    }
  }

  // ---------------------------------------------------------------- positions

  /** A fill of the account, ours or not. */
  void fill(Fill fill, @Nullable PositionSide ofOrder, boolean ours) {
    PositionSide side = fill.positionSide() != null ? fill.positionSide() : ofOrder;
    if (side == null && mode(fill.instrument()) == PositionMode.HEDGE) {
      context.later(line::askPositions); // Of which one, only the positions themselves can say.
      return;
    }
    positions.fill(fill, side == null ? PositionSide.NET : side, ours, context.now);
  }

  /**
   * The venue's time from which fills of an instrument are to be asked for of which nothing else
   * says since when: all that was before is in the positions. That these agreed later proves
   * nothing: what was missed may have been bought and sold.
   *
   * @param now the venue's time
   */
  long untoldSince(long now) {
    return lookedMillis == 0 ? now : Math.min(lookedMillis, now);
  }

  /** Every fill of an instrument that the venue told, asked for then, was passed on. */
  void fillsAnswered(Instrument instrument, long askedAt) {
    fillsAsked.merge(instrument, askedAt, Math::max);
  }

  /** What a stream told. */
  void told(List<Position> list, boolean complete) {
    positions.told(list, complete, 0, Tracked.NEVER, context.now).forEach(leverages::learn);
  }

  /** The answer to a question for every position. */
  void answered(List<Position> list, boolean complete, long askedMillis, long askedAt) {
    boolean first = !positions.isKnown();
    positions
        .told(list, complete, askedMillis, askedAt, context.now)
        .forEach(p -> leverages.learn(p, askedAt));
    if (first && positions.isKnown()) {
      lookedMillis = askedMillis;
    }
  }

  private final class Moves implements PositionKeeper.Listener {
    @Override
    public boolean areFillsKnown(Instrument instrument, long sinceNanos) {
      return fillsAsked.getOrDefault(instrument, Tracked.NEVER) >= sinceNanos;
    }

    @Override
    public long venueMillis(long nanos) {
      return context.clock.isKnown() ? context.clock.millis(nanos) : 0;
    }

    @Override
    public void moved(PositionEvent event) {
      context.later(() -> context.out.position(event));
    }

    @Override
    public void doubted(Instrument instrument) {
      if (doubted.add(instrument)) {
        long pause = GATHER_NANOS << Math.min(doubts++, MOST_DOUBLINGS);
        context.timers.set(context.now + pause, () -> resolve(instrument));
      }
    }
  }

  private void resolve(Instrument instrument) {
    doubted.remove(instrument);
    if (context.closed || !positions.isDoubted(instrument)) {
      doubts = 0;
      return;
    }
    line.askFills(instrument, line::askPositions);
  }

  /** A position as it is known; flat where there is none. */
  public Position position(Instrument instrument, PositionSide side) {
    return positions.position(instrument, side);
  }

  /** Every position that is not flat, in the order in which they became known. */
  public List<Position> positions() {
    return positions.all();
  }
}
