package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One or several pools of the same two tokens, seen as an order book, so that they can be asked
 * what a book is asked: {@code book.taking(Side.BUY).vwapForVolume(size)}. Immutable, for any
 * thread.
 *
 * <p>A level is what can be bought or sold between two prices, at its average price with the pool's
 * fee. At the ends of levels the answers are what the pools give, to the precision of a quotient of
 * 34 digits; within a level they are reckoned at its average price, which a pool only ever betters.
 * What one swap gives exactly, gas included, is a quote's to say.
 *
 * <p>{@link #level}, {@link #bestBid}, {@link #bestAsk}, {@link #mid} and what {@link #taking} says
 * are of the unrounded numbers; {@link #price} and {@link #size}, which are whole numbers of few
 * digits, are rounded against the taker.
 */
public final class PoolBook implements OrderBook {
  private static final int MOST_DIGITS = 18;
  // As many bits as leave room to add two of them.
  private static final int BITS = 62;

  private final Instrument instrument;
  private final Block block;
  private final long receivedNanos;
  private final List<Level> bids;
  private final List<Level> asks;
  private final int priceDigits;
  private final int sizeDigits;

  private PoolBook(
      Instrument instrument, Block block, long receivedNanos, List<Level> bids, List<Level> asks) {
    this.instrument = instrument;
    this.block = block;
    this.receivedNanos = receivedNanos;
    this.bids = bids;
    this.asks = asks;
    List<Level> all = Stream.concat(bids.stream(), asks.stream()).toList();
    priceDigits = digits(all.stream().map(Level::price).toList());
    sizeDigits = digits(all.stream().map(Level::size).toList());
  }

  /** As many decimal places as let the greatest number fit. */
  private static int digits(List<BigDecimal> numbers) {
    BigDecimal greatest = numbers.stream().max(Comparator.naturalOrder()).orElse(BigDecimal.ONE);
    int digits = MOST_DIGITS;
    while (digits > 0 && scaled(greatest, digits, RoundingMode.UP).bitLength() > BITS) {
      digits--;
    }
    return digits;
  }

  private static BigInteger scaled(BigDecimal n, int digits, RoundingMode mode) {
    return n.setScale(digits, mode).unscaledValue();
  }

  /**
   * The book of some pools.
   *
   * @param instrument what the book is of
   * @param base the token that is the instrument's base
   * @param states the pools, all of this token and one other, read at the same block
   * @param depth how many levels a side has at the most
   * @param receivedNanos when they were read, in nanoseconds since the epoch by this host's clock
   * @throws IllegalArgumentException if there is no pool, or if they are of different blocks or
   *     tokens
   */
  public static PoolBook of(
      Instrument instrument,
      Token base,
      List<? extends PoolState> states,
      int depth,
      long receivedNanos) {
    if (states.isEmpty() || depth < 1) {
      throw new IllegalArgumentException(states.size() + " pools, " + depth + " levels");
    }
    Block block = states.get(0).block();
    Token quote = states.get(0).pool().other(base);
    for (PoolState state : states) {
      if (!state.block().equals(block) || !state.pool().other(base).equals(quote)) {
        throw new IllegalArgumentException(
            state.pool() + " at " + state.block() + " is not of " + quote + " at " + block);
      }
    }
    return new PoolBook(
        instrument,
        block,
        receivedNanos,
        merged(base, Side.BUY, states, depth),
        merged(base, Side.SELL, states, depth));
  }

  private static List<Level> merged(
      Token base, Side side, List<? extends PoolState> states, int depth) {
    Comparator<Level> best = Comparator.comparing(Level::price);
    List<Level> all = new ArrayList<>();
    states.forEach(state -> all.addAll(state.levels(base, side, depth)));
    // A pool's own levels come best first, and of equal prices the first pool's.
    all.sort(side == Side.SELL ? best : best.reversed());
    return List.copyOf(all.subList(0, Math.min(depth, all.size())));
  }

  /** At the end of which block the pools were so. */
  public Block block() {
    return block;
  }

  @Override
  public Instrument instrument() {
    return instrument;
  }

  @Override
  public BookState state() {
    return BookState.VALID;
  }

  @Override
  public long stateSinceNanos() {
    return receivedNanos;
  }

  /** The block's number. */
  @Override
  public long sequence() {
    return block.number();
  }

  @Override
  public int epoch() {
    return 0;
  }

  @Override
  public long venueMillis() {
    return block.millis();
  }

  @Override
  public long receivedNanos() {
    return receivedNanos;
  }

  @Override
  public int priceDigits() {
    return priceDigits;
  }

  @Override
  public int sizeDigits() {
    return sizeDigits;
  }

  @Override
  public int depth(Side side) {
    return levels(side).size();
  }

  @Override
  public long price(Side side, int level) {
    RoundingMode against = side == Side.SELL ? RoundingMode.UP : RoundingMode.DOWN;
    return scaled(level(side, level).price(), priceDigits, against).longValueExact();
  }

  @Override
  public long size(Side side, int level) {
    return scaled(level(side, level).size(), sizeDigits, RoundingMode.DOWN).longValueExact();
  }

  @Override
  public Level level(Side side, int level) {
    return levels(side).get(Objects.checkIndex(level, depth(side)));
  }

  @Override
  public @Nullable BigDecimal mid() {
    return bids.isEmpty() || asks.isEmpty()
        ? null
        : bids.get(0).price().add(asks.get(0).price()).multiply(new BigDecimal("0.5"));
  }

  @Override
  public @Nullable BigDecimal spread() {
    return bids.isEmpty() || asks.isEmpty()
        ? null
        : asks.get(0).price().subtract(bids.get(0).price());
  }

  /** Itself: it never changes. */
  @Override
  public OrderBook copy() {
    return this;
  }

  private List<Level> levels(Side side) {
    return side == Side.BUY ? bids : asks;
  }

  @Override
  public String toString() {
    return instrument + " of pools at " + block;
  }
}
