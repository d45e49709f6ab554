package dev.colibri.connector.model;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A position changed. Of one position, the events' changes added to the size of its {@link
 * Kind#START} are its size, always.
 *
 * @param kind why
 * @param before the position before; flat where there was none
 * @param now the position now; flat where there is none
 * @param fill what changed it; null where no fill shows that
 */
public record PositionEvent(Kind kind, Position before, Position now, @Nullable Fill fill) {

  /** Why a position changed. */
  public enum Kind {
    /** It is known now, for the first time. */
    START,
    /** An order of ours filled. */
    TRADE,
    /** An order that this connector did not place filled. */
    EXTERNAL,
    /** The venue liquidated it. */
    LIQUIDATION,
    /**
     * The venue closed it against a liquidated one, to which nobody else would be the other side.
     */
    ADL,
    /** The instrument was settled or delisted. */
    SETTLEMENT,
    /**
     * The fill, which was counted, came so short before the first look that the start had it
     * already: it is taken back.
     */
    CORRECTED,
    /**
     * The venue says that it is so, twice, and no fill shows why: its number is taken. Something
     * was missed, or the venue moved it in a way that it does not tell.
     */
    ADOPTED
  }

  /** By how much it grew, in base units; negative for less long, or more short. */
  public BigDecimal change() {
    return now.size().subtract(before.size());
  }
}
