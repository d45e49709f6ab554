package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A whole order book as a venue tells it in one piece, in the text's own numbers: a mantissa and
 * the digits behind the point.
 */
public final class BookSnapshot {
  private final Instrument instrument;
  private final long sequence;
  private final long venueMillis;
  private final Levels bids = new Levels();
  private final Levels asks = new Levels();

  /**
   * Begins an empty snapshot.
   *
   * @param sequence the venue's sequence number of it, or {@code DepthStage.NONE}
   * @param venueMillis the venue's time in milliseconds since the epoch, or 0
   */
  public BookSnapshot(Instrument instrument, long sequence, long venueMillis) {
    this.instrument = instrument;
    this.sequence = sequence;
    this.venueMillis = venueMillis;
  }

  public Instrument instrument() {
    return instrument;
  }

  public long sequence() {
    return sequence;
  }

  public long venueMillis() {
    return venueMillis;
  }

  public Levels bids() {
    return bids;
  }

  public Levels asks() {
    return asks;
  }

  /**
   * The worst lawful price that an order may trade at which takes the touch and a little more, for
   * venues without market orders; null when nobody is on the other side.
   *
   * @param taker the side of the order
   * @param slippage the part of the touch that it may be worse: 0.05 is 5 %
   */
  public @Nullable BigDecimal worst(Side taker, BigDecimal slippage) {
    boolean buy = taker == Side.BUY;
    Level touch = (buy ? asks : bids).best();
    if (touch == null) {
      return null;
    }
    BigDecimal slip = touch.price().multiply(slippage);
    return instrument
        .rules()
        .roundPrice(
            buy ? touch.price().add(slip) : touch.price().subtract(slip),
            buy ? RoundingMode.FLOOR : RoundingMode.CEILING);
  }

  /** Levels in the order in which the venue wrote them. */
  public static final class Levels {
    private long[] numbers = new long[64];
    private byte[] digits = new byte[64];
    private int count;

    private Levels() {}

    /** Adds a level: {@code price} with {@code priceDigits} behind the point, and so its size. */
    public void add(long price, int priceDigits, long size, int sizeDigits) {
      if (2 * count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 4 * count);
        digits = Arrays.copyOf(digits, 4 * count);
      }
      numbers[2 * count] = price;
      numbers[2 * count + 1] = size;
      digits[2 * count] = (byte) priceDigits;
      digits[2 * count + 1] = (byte) sizeDigits;
      count++;
    }

    public int count() {
      return count;
    }

    /** The level that the venue wrote first, which is the best one; null when there is none. */
    public @Nullable Level best() {
      return count == 0
          ? null
          : new Level(
              BigDecimal.valueOf(numbers[0], digits[0]), BigDecimal.valueOf(numbers[1], digits[1]));
    }

    public long price(int i) {
      return numbers[2 * i];
    }

    public int priceDigits(int i) {
      return digits[2 * i];
    }

    public long size(int i) {
      return numbers[2 * i + 1];
    }

    public int sizeDigits(int i) {
      return digits[2 * i + 1];
    }
  }
}
