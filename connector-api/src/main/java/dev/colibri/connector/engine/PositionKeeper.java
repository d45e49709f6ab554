package dev.colibri.connector.engine;

import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionEvent;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The truth about every position of one account: what it was when it was first known, and the
 * signed sum of every fill since, each counted once.
 *
 * <p>Only fills move a position. What the venue says of its size is compared: it must be what is
 * counted here, less the fills that it cannot include yet. Where it is not, something was missed:
 * fills are asked for, and only when the venue has said the same twice, a while apart, and no fill
 * shows why, its number is taken, by an event that says so. Everything else that the venue tells,
 * as entry and liquidation price, is taken whenever the sizes agree.
 *
 * <p>Not thread-safe: the engine's lock is held outside.
 */
final class PositionKeeper {

  /** Hears what is concluded. Called in the middle of it: a listener must not call back. */
  interface Listener {
    void moved(PositionEvent event);

    /** Fills of the instrument, and then the positions, are to be asked for. */
    void doubted(Instrument instrument);

    /** Whether the fills of the instrument were asked for since then, and answered. */
    default boolean areFillsKnown(Instrument instrument, long sinceNanos) {
      return true;
    }

    /** The venue's time then, in milliseconds; 0 while it is not known. */
    default long venueMillis(long nanos) {
      return 0;
    }
  }

  /** How long a fill is remembered: longer than a snapshot may be older than it. */
  static final long KEEP_NANOS = 600_000_000_000L;

  /** Fills that are remembered at the most. */
  static final int MAX_FILLS = 20_000;

  /** By how much the venue's clock may not be what it seems. */
  private static final long CLOCK_MILLIS = 1_000;

  private record Key(Instrument instrument, PositionSide side) {}

  private record TradeKey(Instrument instrument, String tradeId, Side side) {}

  /** A fill, and when it was heard of. */
  private record Seen(Key key, Fill fill, boolean ours, long heardNanos) {}

  /** A fill that may be in the start, and whether it is counted until that is known. */
  private record Unsure(Seen seen, boolean counted) {}

  /**
   * When the venue said something of a position.
   *
   * @param asOfMillis {@link Position#asOfMillis()}
   * @param askedMillis the venue's time of asking; 0 where it was not asked, or that is not known
   * @param askedNanos when it was asked for; {@link Tracked#NEVER} for what a stream told
   * @param heardNanos when it came
   */
  private record Said(long asOfMillis, long askedMillis, long askedNanos, long heardNanos) {}

  private static final class Held {
    Position position;

    /**
     * What the sum of all fills is beside the position: that closes what is not open, because a
     * fill before it has not come yet.
     */
    BigDecimal beyond = BigDecimal.ZERO;

    /** What the venue said when it was first known, or was last taken; null before. */
    @Nullable Said base;

    /**
     * By how much the venue's size is not ours, as it said since {@link #offNanos}; null if not.
     */
    @Nullable BigDecimal off;

    long offNanos;

    /** What the stream said last, and when; null where it did not. */
    @Nullable Position streamed;

    @Nullable Said streamedAt;

    /** When the venue said the newest that it said, whatever of it was taken; null before. */
    @Nullable Said latest;

    /** What came so near the start that it may be in it. */
    final List<Unsure> unsure = new ArrayList<>();

    /** Whether the venue is to be asked. */
    boolean doubted;

    Held(Position position) {
      this.position = position;
    }

    /** The signed sum of all fills. */
    BigDecimal sum() {
      return position.size().add(beyond);
    }

    /** The position as the venue tells it. */
    void is(Position told) {
      position = told;
      beyond = BigDecimal.ZERO;
    }
  }

  /** Fills that something the venue said does not include, and their signed sum. */
  private record Missing(int fills, BigDecimal sum) {
    static final Missing NONE = new Missing(0, BigDecimal.ZERO);

    Missing and(Fill fill) {
      return new Missing(fills + 1, sum.add(fill.signedSize()));
    }
  }

  private enum Inclusion {
    IN,
    OUT,
    PERHAPS
  }

  private final Listener out;
  private final long visibilityNanos;
  private final Map<Key, Held> held = new LinkedHashMap<>();
  private final Deque<Seen> recent = new ArrayDeque<>();
  private final Set<TradeKey> trades = new LinkedHashSet<>();
  private boolean known;

  /** When the first whole answer was asked for, for what it did not name. */
  private @Nullable Said nothing;

  PositionKeeper(long visibilityNanos, Listener out) {
    this.visibilityNanos = visibilityNanos;
    this.out = out;
  }

  // ---------------------------------------------------------------- what comes in

  /**
   * A fill of the account, however often it is told.
   *
   * @param side of the position it changed
   * @param ours whether its order is one of ours
   */
  void fill(Fill fill, PositionSide side, boolean ours, long now) {
    forget(now);
    TradeKey trade = new TradeKey(fill.instrument(), fill.tradeId(), fill.side());
    if (fill.isProvisional() || !trades.add(trade)) {
      return;
    }
    Seen seen = new Seen(new Key(fill.instrument(), side), fill, ours, now);
    recent.add(seen);
    if (!known) {
      return; // Weighed when the first answer comes.
    }
    Held h = held(seen.key);
    switch (inclusion(h.base, seen)) {
      case IN -> {}
      case OUT -> count(h, seen);
      case PERHAPS -> perhaps(h, seen);
    }
  }

  /**
   * The venue's positions.
   *
   * @param complete whether instruments that are absent are flat
   * @param askedMillis the venue's time of asking; 0 where that is not known
   * @param askedNanos when they were asked for; {@link Tracked#NEVER} for what a stream told
   * @return those that are not older than what was told of them before
   */
  List<Position> told(
      List<Position> positions, boolean complete, long askedMillis, long askedNanos, long now) {
    forget(now);
    if (!known && (!complete || askedNanos == Tracked.NEVER)) {
      // Of an instrument that a stream leaves out nobody could say since when it is flat, and so
      // which fills came later. The first answer is on its way.
      return positions;
    }
    Set<Key> named = new LinkedHashSet<>();
    List<Position> news = new ArrayList<>();
    for (Position p : positions) {
      named.add(new Key(p.instrument(), p.side()));
      if (said(p, new Said(p.asOfMillis(), askedMillis, askedNanos, now))) {
        news.add(p);
      }
    }
    if (!complete) {
      return news;
    }
    Said absent = new Said(0, askedMillis, askedNanos, now);
    if (!known) {
      recent.forEach(s -> held.computeIfAbsent(s.key, k -> new Held(flat(k))));
    }
    for (Key key : List.copyOf(held.keySet())) {
      if (!named.contains(key)) {
        said(flat(key), absent);
      }
    }
    if (!known) {
      known = true;
      nothing = absent;
    }
    return news;
  }

  private static Position flat(Key key) {
    return Position.flat(key.instrument, key.side);
  }

  /** A position that the first answer did not name was flat then. */
  private Held held(Key key) {
    return held.computeIfAbsent(
        key,
        k -> {
          Held h = new Held(flat(k));
          h.base = nothing;
          return h;
        });
  }

  // ---------------------------------------------------------------- weighing

  /** Compares; returns whether it is not older than what was said before. */
  private boolean said(Position told, Said said) {
    Key key = new Key(told.instrument(), told.side());
    Held h = held(key);
    boolean news = h.latest == null || !isOlder(said, h.latest);
    if (news) {
      h.latest = said;
    }
    if (h.base == null) {
      begin(key, h, told, said);
      return news;
    }
    boolean asked = said.askedNanos != Tracked.NEVER;
    if (!asked && news) {
      h.streamed = told;
      h.streamedAt = said;
    }
    // A venue may stamp a size with a moment before the fill that made it.
    Missing missing = missing(key, h, said, true);
    if (missing == null || told.size().add(missing.sum).compareTo(h.sum()) != 0) {
      missing = missing(key, h, said, false);
    }
    if (missing == null) {
      doubt(key, h);
      return news;
    }
    BigDecimal size = told.size().add(missing.sum);
    BigDecimal off = size.subtract(h.sum());
    if (off.signum() == 0) {
      h.off = null;
      h.doubted = false;
      if (news && missing.fills == 0) {
        h.is(told);
      }
    } else if (!asked || h.off == null || h.off.compareTo(off) != 0) {
      // A stream may be ahead of the fill that it tells next.
      if (asked) {
        h.off = off;
        h.offNanos = said.heardNanos;
      }
      doubt(key, h);
    } else if (said.askedNanos < h.offNanos + visibilityNanos
        || isStampDoubtful(key, said)
        || !out.areFillsKnown(key.instrument, h.offNanos + visibilityNanos)) {
      doubt(key, h);
    } else {
      if (!explains(h, off)) {
        Position before = h.position;
        BigDecimal shown = possible(key.side, size);
        h.is(missing.fills == 0 ? told : before.but(shown).build());
        h.beyond = size.subtract(h.position.size());
        out.moved(new PositionEvent(PositionEvent.Kind.ADOPTED, before, h.position, null));
      } else if (missing.fills == 0) {
        h.is(told);
      }
      h.base = said;
      h.off = null;
      h.doubted = false;
      h.unsure.clear();
    }
    return news;
  }

  /**
   * A fill that may be in the start: by the venue's time of both, until the venue has said more;
   * but one of ours is likely to be of after the look.
   */
  private void perhaps(Held h, Seen s) {
    boolean before = h.base != null && s.fill.venueMillis() <= h.base.askedMillis;
    boolean counts = s.ours || !before;
    if (counts) {
      count(h, s);
    }
    h.unsure.add(new Unsure(s, counts));
    doubt(s.key, h);
  }

  /**
   * Whether the venue's size is explained by which of the unsure fills were in the start: the
   * earliest ones, and no others. Then those are counted that were not, and the others are not.
   */
  private boolean explains(Held h, BigDecimal off) {
    List<Unsure> unsure = new ArrayList<>(h.unsure);
    unsure.sort(Comparator.comparingLong(u -> u.seen.fill.venueMillis()));
    for (int in = 0; in <= unsure.size(); in++) {
      BigDecimal change = BigDecimal.ZERO;
      for (int i = 0; i < unsure.size(); i++) {
        Unsure u = unsure.get(i);
        if (u.counted == i < in) {
          BigDecimal size = u.seen.fill.signedSize();
          change = u.counted ? change.subtract(size) : change.add(size);
        }
      }
      if (change.compareTo(off) == 0) {
        for (int i = 0; i < unsure.size(); i++) {
          Unsure u = unsure.get(i);
          if (u.counted && i < in) {
            takeBack(h, u.seen);
          } else if (!u.counted && i >= in) {
            count(h, u.seen);
          }
        }
        return true;
      }
    }
    return false;
  }

  private void takeBack(Held h, Seen s) {
    Position before = h.position;
    BigDecimal sum = h.sum().subtract(s.fill.signedSize());
    h.position = before.but(possible(s.key.side, sum)).build();
    h.beyond = sum.subtract(h.position.size());
    out.moved(new PositionEvent(PositionEvent.Kind.CORRECTED, before, h.position, s.fill));
  }

  /** Whether something that came later was said before. */
  private static boolean isOlder(Said said, Said before) {
    if (said.askedNanos == Tracked.NEVER) {
      return said.asOfMillis > 0 && said.asOfMillis < before.asOfMillis;
    }
    // An answer may be stamped with its last change, and a push with the moment that it is of.
    boolean stampedLater = before.asOfMillis > 0 && said.asOfMillis > before.asOfMillis;
    long since = before.askedNanos != Tracked.NEVER ? before.askedNanos : before.heardNanos;
    return !stampedLater && said.askedNanos < since;
  }

  /**
   * What is counted here and what the venue said cannot include; null where that is not sure.
   *
   * @param stamped whether the venue's time of the size tells also of a fill that was heard so long
   *     before the question that the answer has to show it
   */
  private @Nullable Missing missing(Key key, Held h, Said said, boolean stamped) {
    Missing missing = Missing.NONE;
    for (Seen s : recent) {
      boolean old = !stamped && s.heardNanos + visibilityNanos <= said.askedNanos;
      if (s.key.equals(key) && !old && inclusion(h.base, s) != Inclusion.IN) {
        Inclusion inclusion = inclusion(said, s);
        if (inclusion == Inclusion.PERHAPS) {
          return null;
        }
        missing = inclusion == Inclusion.OUT ? missing.and(s.fill) : missing;
      }
    }
    return missing;
  }

  /** Whether an answer seems to be older than a fill that was heard just before the question. */
  private boolean isStampDoubtful(Key key, Said said) {
    return recent.stream()
        .anyMatch(
            s ->
                s.key.equals(key)
                    && s.heardNanos < said.askedNanos
                    && s.heardNanos + visibilityNanos > said.askedNanos
                    && inclusion(said, s) == Inclusion.OUT);
  }

  private void doubt(Key key, Held h) {
    h.doubted = true;
    out.doubted(key.instrument);
  }

  private void begin(Key key, Held h, Position told, Said said) {
    h.base = said;
    h.position = told;
    if (!told.isFlat()) {
      out.moved(new PositionEvent(PositionEvent.Kind.START, flat(key), told, null));
    }
    for (Seen s : recent) {
      if (s.key.equals(key)) {
        switch (inclusion(said, s)) {
          case IN -> {}
          case OUT -> count(h, s);
          case PERHAPS -> perhaps(h, s);
        }
      }
    }
  }

  /** Whether what the venue said includes a fill. */
  private Inclusion inclusion(@Nullable Said said, Seen s) {
    if (said == null) {
      return Inclusion.PERHAPS;
    }
    long filled = s.fill.venueMillis();
    if (said.asOfMillis > 0 && filled > 0) {
      return filled <= said.asOfMillis ? Inclusion.IN : Inclusion.OUT;
    }
    if (said.askedNanos == Tracked.NEVER) {
      return Inclusion.PERHAPS;
    }
    if (s.heardNanos + KEEP_NANOS / 10 < said.askedNanos) {
      return Inclusion.IN;
    }
    // A question may have left before the venue's time was known.
    long askedMillis = said.askedMillis > 0 ? said.askedMillis : out.venueMillis(said.askedNanos);
    if (askedMillis > 0 && filled > 0) {
      long took = (said.heardNanos - said.askedNanos) / 1_000_000;
      if (filled > askedMillis + took + CLOCK_MILLIS) {
        return Inclusion.OUT;
      }
      return filled < askedMillis - CLOCK_MILLIS ? Inclusion.IN : Inclusion.PERHAPS;
    }
    return s.heardNanos < said.askedNanos ? Inclusion.IN : Inclusion.PERHAPS;
  }

  private void count(Held h, Seen s) {
    Position before = h.position;
    BigDecimal sum = h.sum().add(s.fill.signedSize());
    BigDecimal size = possible(s.key.side, sum);
    h.position = after(before, s.fill, size);
    h.beyond = sum.subtract(size);
    out.moved(new PositionEvent(kind(s), before, h.position, s.fill));
    Position streamed = h.streamed;
    if (streamed != null && h.streamedAt != null) {
      Missing missing = missing(s.key, h, h.streamedAt, true);
      if (missing != null
          && streamed.size().add(missing.sum).compareTo(h.sum()) == 0
          && h.off == null) {
        // The fill that the stream was ahead of.
        h.doubted = false;
        if (missing.fills == 0 && h.streamedAt == h.latest) {
          h.is(streamed);
        }
      }
    }
  }

  private static PositionEvent.Kind kind(Seen s) {
    return switch (s.fill.cause()) {
      case ORDER -> s.ours ? PositionEvent.Kind.TRADE : PositionEvent.Kind.EXTERNAL;
      case LIQUIDATION -> PositionEvent.Kind.LIQUIDATION;
      case ADL -> PositionEvent.Kind.ADL;
      case SETTLEMENT -> PositionEvent.Kind.SETTLEMENT;
    };
  }

  /** What a position can be of a sum that lacks a fill, or has one of the other position. */
  private static BigDecimal possible(PositionSide side, BigDecimal sum) {
    boolean wrong =
        side == PositionSide.LONG && sum.signum() < 0
            || side == PositionSide.SHORT && sum.signum() > 0;
    return wrong ? BigDecimal.ZERO : sum;
  }

  /** A position after a fill; what only the venue can tell of it is not known until it does. */
  private static Position after(Position before, Fill fill, BigDecimal size) {
    return before
        .but(size)
        .entryPrice(entry(before, fill, size))
        .markPrice(null)
        .liquidationPrice(null)
        .unrealisedProfit(null)
        .margin(null)
        .build();
  }

  private static @Nullable BigDecimal entry(Position before, Fill fill, BigDecimal size) {
    if (size.signum() == 0) {
      return null;
    }
    if (before.isFlat() || before.size().signum() != size.signum()) {
      return fill.price();
    }
    BigDecimal entry = before.entryPrice();
    boolean reduced = size.abs().compareTo(before.size().abs()) <= 0;
    if (reduced || entry == null) {
      return entry;
    }
    BigDecimal paid = entry.multiply(before.size().abs()).add(fill.quoteSize());
    return paid.divide(size.abs(), MathContext.DECIMAL64);
  }

  private void forget(long now) {
    while (!recent.isEmpty()
        && (recent.size() > MAX_FILLS || recent.element().heardNanos + KEEP_NANOS <= now)) {
      recent.remove();
    }
    for (Iterator<TradeKey> i = trades.iterator(); i.hasNext() && trades.size() > MAX_FILLS; ) {
      i.next();
      i.remove();
    }
  }

  // ---------------------------------------------------------------- what is known

  /** Whether something of the instrument does not agree, or is not sure to. */
  boolean isDoubted(Instrument instrument) {
    return held.entrySet().stream()
        .anyMatch(e -> e.getKey().instrument.equals(instrument) && e.getValue().doubted);
  }

  /** Whether the venue told every position once. */
  boolean isKnown() {
    return known;
  }

  /** A position as it is known; flat where there is none. */
  Position position(Instrument instrument, PositionSide side) {
    Held h = held.get(new Key(instrument, side));
    return h == null ? Position.flat(instrument, side) : h.position;
  }

  /** Every position that is not flat. */
  List<Position> all() {
    return held.values().stream().map(h -> h.position).filter(p -> !p.isFlat()).toList();
  }

  /** How many things are kept: what a test of bounded memory looks at. */
  int remembered() {
    return held.size() + recent.size() + trades.size();
  }
}
