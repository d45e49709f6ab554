package dev.colibri.connector.engine;

import dev.colibri.connector.model.BookChangeView;
import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.BookChecksum;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.ChecksumText;
import dev.colibri.connector.spi.DepthStage;
import dev.colibri.connector.text.Decimal;
import dev.colibri.connector.text.TextException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the book of one instrument equal to the venue's, or invalid.
 *
 * <p>A diff covers the sequence numbers after {@code previous} (or from {@code first}) to {@code
 * last}. Its sizes are absolute, so that it may be applied to any book whose number it covers:
 *
 * <ol>
 *   <li>{@code last <= sequence}: old, dropped.
 *   <li>{@code previous} given: it must equal the sequence; for the first diff after a snapshot,
 *       not exceed it.
 *   <li>Otherwise {@code first} given: at most {@code sequence + 1}.
 *   <li>Otherwise: newer is all that can be asked.
 *   <li>Anything else is a gap. The book is invalid before anything else happens, and is had anew.
 * </ol>
 *
 * <p>Where the snapshot comes over REST, diffs are kept until it is there. It must reach the first
 * of them: a snapshot that is older is asked for again. Where it shows only so many levels, the
 * book is unknown beyond them, and is asked for anew, while it goes on, when half of them are gone.
 * Where the stream keeps to a window of so many levels, so does the book: the venue tells which
 * levels come back into view, and not which fall out of it.
 *
 * <p>Not thread-safe; time is nanoseconds since the epoch.
 */
final class BookKeeper {
  /** More levels a side than any venue shows. */
  static final int MAX_LEVELS = 1 << 17;

  /** A book that was valid this long begins its requests from the first step of the backoff. */
  private static final long CALM_NANOS = Duration.ofSeconds(10).toNanos();

  /** So many snapshots that are too old are no accident. */
  private static final int MOST_TOO_OLD = 5;

  private enum Verdict {
    OLD,
    NEXT,
    GAP
  }

  private final Book book;
  private final BookDiscipline discipline;
  private final boolean overRest;
  private final BookEvents events;
  private final long silenceNanos;
  private final @Nullable Check check;

  /** Levels a side to keep, and whether the book is unknown beyond them. */
  private final int most;

  private final boolean bind;
  private final DiffBuffer buffer = new DiffBuffer();
  private @Nullable ChangeLog log;
  private @Nullable Consumer<? super BookChangeView> listener;

  /** Whether the levels are those of the venue at the book's sequence: valid, or merely stale. */
  private boolean synced;

  /** Whether the book's sequence is the venue's, and not our own count. */
  private boolean numbered;

  /** Whether a diff was applied to the snapshot. */
  private boolean chained;

  private long tickets;
  private boolean requested;
  private int attempt;

  /** How many snapshots in a row did not reach the changes that wait. */
  private int tooOld;

  private long staleAt;

  /**
   * A book that is loading.
   *
   * @param shown how many levels a side are shown; 0 for all
   * @param window to how many levels a side the stream keeps; 0 where it tells of all
   * @param checksum how the venue's is computed; null where it has none
   * @param silence how long nothing may come before the book is stale
   */
  BookKeeper(
      Instrument instrument,
      BookDiscipline discipline,
      int shown,
      int window,
      @Nullable BookChecksum checksum,
      Duration silence,
      BookEvents events,
      long now) {
    this.book = new Book(instrument, shown == 0 ? MAX_LEVELS : shown, checksum != null, now);
    this.check = checksum == null ? null : new Check(book, checksum);
    this.discipline = discipline;
    this.overRest = discipline == BookDiscipline.REST_SNAPSHOT_THEN_DIFFS;
    this.events = events;
    this.silenceNanos = silence.toNanos();
    // Outside a window nothing is told of what was cut off, so that it stays unknown.
    this.bind = window == 0;
    this.most = bind ? MAX_LEVELS : window;
    this.staleAt = now + silenceNanos;
  }

  /** The venue's checksum of a book, and what computing it again needs. */
  private static final class Check {
    private final Instrument instrument;
    private final BookChecksum checksum;
    private final BookChecksum.Levels bids;
    private final BookChecksum.Levels asks;
    private final ChecksumText text = new ChecksumText();

    Check(Book book, BookChecksum checksum) {
      this.instrument = book.instrument();
      this.checksum = checksum;
      this.bids = book.asWritten(Side.BUY);
      this.asks = book.asWritten(Side.SELL);
    }

    long ours() {
      return checksum.of(instrument, bids, asks, text.clear());
    }
  }

  /** The live view; reading it is up to the caller's lock. */
  OrderBook book() {
    return book;
  }

  /** Who hears every change of a level from now on, or nobody. The whole book is told first. */
  void listen(@Nullable Consumer<? super BookChangeView> listener) {
    this.listener = listener;
    log = listener == null ? null : new ChangeLog(book, listener);
    book.log(log);
    if (log != null && book.isValid()) {
      log.tell();
    }
  }

  /** Who hears every change of a level; null for nobody. */
  @Nullable Consumer<? super BookChangeView> listener() {
    return listener;
  }

  /** The subscription is in place: data from here on is whole. Data may have come before. */
  void subscribed(long now) {
    book.beginWriting();
    try {
      accepted(now);
    } finally {
      book.endWriting();
    }
  }

  private void accepted(long now) {
    if (book.state() == BookState.STALE) {
      // Its numbers may begin anew, so nothing is compared with what was known.
      requested = false;
      begin("subscribed anew", now);
    }
    awake(now);
    if (overRest && !synced && !requested && book.state() != BookState.CLOSED) {
      request(now);
    }
  }

  /** A message of the stream. */
  void commit(DepthMessage m) {
    if (book.state() == BookState.CLOSED) {
      return;
    }
    book.beginWriting();
    try {
      take(m);
    } finally {
      book.endWriting();
    }
  }

  private void take(DepthMessage m) {
    awake(m.receivedNanos);
    if (m.kind == DepthStage.Kind.SNAPSHOT) {
      replace(m);
    } else if (discipline == BookDiscipline.FULL_SNAPSHOTS) {
      throw new IllegalStateException(
          "a diff of " + book.instrument() + ", whose books come whole");
    } else if (synced) {
      advance(m);
    } else {
      await(m);
    }
  }

  /**
   * The answer to a request.
   *
   * @param asked how many levels a side were asked for, no more than the venue gives; 0 for all
   * @param ticket of the request
   */
  void snapshot(BookSnapshot s, int asked, long ticket, long now) {
    if (!requested || ticket != tickets) {
      return;
    }
    requested = false;
    book.beginWriting();
    try {
      take(s, asked, now);
    } finally {
      book.endWriting();
    }
  }

  private void take(BookSnapshot s, int asked, long now) {
    if (s.sequence() == DepthStage.NONE) {
      fail(BookState.UNREADABLE, "a snapshot without a sequence number", now);
      return;
    }
    // Judge the numbers of everything that waits before a level is touched: a book that goes on
    // while it is asked for anew must not be lost to a snapshot that is too old.
    long at = s.sequence();
    boolean follows = false;
    for (int i = 0; i < buffer.end(); ) {
      DepthMessage m = buffer.at(i);
      Verdict verdict = judge(m, at, follows);
      if (verdict == Verdict.GAP) {
        buffer.dropBefore(i);
        if (++tooOld < MOST_TOO_OLD) {
          request(now);
        } else {
          // A change of a number that the venue never reached, perhaps: its stream begins anew.
          tooOld = 0;
          requested = false;
          changeState(BookState.STALE, "no snapshot reaches the changes that came", now);
        }
        return;
      }
      if (verdict == Verdict.NEXT) {
        at = m.sequence();
        follows = true;
      }
      i = m.to;
    }
    if (at < book.sequence() && !beganAnew()) {
      request(now);
      return;
    }
    long checksum;
    try {
      load(s, asked);
      checksum = replay(s, now);
    } catch (TextException e) {
      fail(BookState.UNREADABLE, reason(e), now);
      return;
    }
    loaded(checksum, now);
  }

  /**
   * Whether the stream itself is behind what the book was: the venue counts from a new beginning.
   */
  private boolean beganAnew() {
    long newest = Long.MAX_VALUE;
    for (int i = 0; i < buffer.end(); i = buffer.at(i).to) {
      newest = buffer.at(i).sequence();
    }
    return newest < book.sequence();
  }

  private void load(BookSnapshot s, int asked) {
    BookSnapshot.Levels bids = s.bids();
    BookSnapshot.Levels asks = s.asks();
    book.clear(false, bids.count(), asks.count());
    load(true, bids);
    load(false, asks);
    // A side that has as many levels as were asked for may have more beyond them.
    if (bind && asked > 0 && bids.count() >= asked) {
      book.side(Side.BUY).bind();
    }
    if (bind && asked > 0 && asks.count() >= asked) {
      book.side(Side.SELL).bind();
    }
  }

  private void load(boolean bid, BookSnapshot.Levels levels) {
    Instrument of = book.instrument();
    for (int i = levels.count() - 1; i >= 0; i--) {
      long size = Math.multiplyExact(levels.size(i), of.contractUnits());
      int sizeDigits = levels.sizeDigits(i) + of.contractDigits();
      book.load(bid, levels.price(i), levels.priceDigits(i), size, sizeDigits);
    }
  }

  /** Applies what waited, which was judged before. Gives the checksum of what came last. */
  private long replay(BookSnapshot s, long now) {
    long checksum = DepthStage.NONE;
    long at = s.sequence();
    long millis = s.venueMillis();
    chained = false;
    for (int i = 0; i < buffer.end(); ) {
      DepthMessage m = buffer.at(i);
      if (judge(m, at, chained) == Verdict.NEXT) {
        book.apply(m);
        at = m.sequence();
        millis = m.venueMillis;
        checksum = m.checksum;
        chained = true;
      }
      i = m.to;
    }
    book.stamp(at, millis, now);
    numbered = true;
    return checksum;
  }

  /** No answer came to a request, and none will. */
  void snapshotFailed(long ticket, long now) {
    if (requested && ticket == tickets) {
      requested = false;
      request(now);
    }
  }

  /** A message of the stream that is a whole book. */
  private void replace(DepthMessage m) {
    long now = m.receivedNanos;
    long sequence = m.sequence();
    boolean back = synced && numbered && sequence != DepthStage.NONE && sequence < book.sequence();
    if (back && discipline == BookDiscipline.FULL_SNAPSHOTS) {
      return; // Old. Should it be the venue that began anew, the book turns stale and recovers.
    }
    if (back) {
      invalidate(
          BookState.GAP,
          "the venue began anew: from " + book.sequence() + " back to " + sequence,
          now);
    }
    // A book that only ever comes whole changes in place, as others do by diffs.
    boolean inPlace = book.isValid() && discipline == BookDiscipline.FULL_SNAPSHOTS;
    int count = (m.to - m.from) / DepthMessage.STRIDE;
    long ours = book.sequence() + 1;
    try {
      book.clear(inPlace, count, count);
      for (int i = m.to - DepthMessage.STRIDE; i >= m.from; i -= DepthMessage.STRIDE) {
        long packed = m.levels[i + 2];
        book.load(
            DepthMessage.isBid(packed),
            m.levels[i],
            DepthMessage.priceDigits(packed),
            m.levels[i + 1],
            DepthMessage.sizeDigits(packed));
      }
    } catch (TextException e) {
      requested = false;
      fail(BookState.UNREADABLE, reason(e), now);
      return;
    }
    requested = false;
    chained = false;
    numbered = sequence != DepthStage.NONE;
    book.stamp(numbered ? sequence : ours, m.venueMillis, now);
    loaded(m.checksum, now);
  }

  private void loaded(long checksum, long now) {
    tooOld = 0;
    book.cut(most, bind);
    buffer.clear();
    if (isSound(checksum, now)) {
      passed(now);
    }
  }

  /** A diff to a book that is not there yet. */
  private void await(DepthMessage m) {
    if (!overRest) {
      return; // Its snapshot is still to come on the same stream.
    }
    keep(m);
    if (!requested) {
      request(m.receivedNanos);
    }
  }

  private void keep(DepthMessage m) {
    staleAt = m.receivedNanos + silenceNanos;
    if (!buffer.add(m)) {
      // A snapshot that was asked for before would not show, on every venue, that these are gone.
      buffer.clear();
      buffer.add(m);
      request(m.receivedNanos);
    }
  }

  /** A diff to a book that is there. */
  private void advance(DepthMessage m) {
    long now = m.receivedNanos;
    if (book.state() == BookState.STALE && !numbered) {
      fail(BookState.GAP, "silent for long, and no number shows that nothing is missing", now);
      return;
    }
    if (numbered) {
      switch (judge(m, book.sequence(), chained)) {
        case OLD:
          return;
        case GAP:
          fail(BookState.GAP, "after " + book.sequence() + " came " + m.describe(), now);
          await(m);
          return;
        case NEXT:
          break;
      }
    }
    if (requested && overRest) {
      keep(m);
    }
    try {
      book.apply(m);
    } catch (TextException e) {
      fail(BookState.UNREADABLE, reason(e), now);
      return;
    }
    book.cut(most, bind);
    if (!isSound(m.checksum, now)) {
      await(m);
      return;
    }
    if (m.sequence() == DepthStage.NONE) {
      book.stamp(book.sequence() + 1, m.venueMillis, now);
    } else {
      book.stamp(m.sequence(), m.venueMillis, now);
      numbered = true;
    }
    chained = true;
    passed(now);
  }

  /**
   * Whether a book may be shown that has every change of a message and is cut to the venue's depth;
   * otherwise it is invalid now.
   *
   * @param checksum the venue's, or {@link DepthStage#NONE}
   */
  private boolean isSound(long checksum, long now) {
    BookSide bids = book.side(Side.BUY);
    BookSide asks = book.side(Side.SELL);
    if (book.isCrossed()) {
      String reason = "the best bid is %s, the best ask %s";
      fail(
          BookState.CROSSED,
          reason.formatted(
              Decimal.of(bids.price(0), book.priceDigits()).toPlainString(),
              Decimal.of(asks.price(0), book.priceDigits()).toPlainString()),
          now);
      return false;
    }
    if (bids.isUnknown() || asks.isUnknown()) {
      fail(BookState.GAP, "every level of a side that the snapshot showed is gone", now);
      return false;
    }
    if (check == null || checksum == DepthStage.NONE) {
      return true;
    }
    long ours = check.ours();
    if (ours != checksum) {
      fail(BookState.CHECKSUM, "the venue's checksum is " + checksum + ", ours " + ours, now);
      return false;
    }
    return true;
  }

  private Verdict judge(DepthMessage m, long at, boolean chained) {
    long last = m.sequence();
    if (last == DepthStage.NONE) {
      return Verdict.GAP; // Where the venue numbers its messages, one without could be any.
    }
    if (m.previous != DepthStage.NONE) {
      if (m.previous == at) {
        return last < at ? Verdict.GAP : Verdict.NEXT;
      }
      if (last <= at) {
        return Verdict.OLD;
      }
      return !chained && m.previous < at ? Verdict.NEXT : Verdict.GAP;
    }
    if (last <= at) {
      return Verdict.OLD;
    }
    return m.first == DepthStage.NONE || m.first <= at + 1 ? Verdict.NEXT : Verdict.GAP;
  }

  /** Everything about a message is well. */
  private void passed(long now) {
    synced = true;
    staleAt = now + silenceNanos;
    if (!book.isValid()) {
      BookState from = book.state();
      book.state(BookState.VALID, "", now);
      events.stateChanged(book, from, "");
    }
    if (log != null) {
      log.tell();
    }
    events.changed(book);
    if (overRest && !requested && (book.side(Side.BUY).isThin() || book.side(Side.SELL).isThin())) {
      request(now);
    }
  }

  /**
   * Something is missing that the session or the spine can tell: of the state {@link
   * BookState#DISCONNECTED} or {@link BookState#CLOSED} for the whole connection or for good, or
   * any other for this book. What was asked for before is of no use.
   */
  void lost(BookState state, String reason, long now) {
    if (book.state() == BookState.CLOSED) {
      return;
    }
    book.beginWriting();
    try {
      lose(state, reason, now);
    } finally {
      book.endWriting();
    }
  }

  private void lose(BookState state, String reason, long now) {
    if (state == BookState.DISCONNECTED || state == BookState.CLOSED) {
      requested = false;
      attempt = 0;
      staleAt = Long.MAX_VALUE;
      invalidate(state, reason, now);
    } else {
      fail(state, reason, now);
    }
  }

  /** When the book turns stale unless something comes; {@link Long#MAX_VALUE} for never. */
  long staleAt() {
    return staleAt;
  }

  /** Makes the book stale when its time has come. Its levels are kept: a diff may yet follow. */
  void expire(long now) {
    if (now < staleAt) {
      return;
    }
    staleAt = Long.MAX_VALUE;
    if (book.state() != BookState.STALE) {
      book.beginWriting();
      try {
        changeState(BookState.STALE, "nothing has come for " + Duration.ofNanos(silenceNanos), now);
      } finally {
        book.endWriting();
      }
    }
  }

  /** The venue was asked, and has nothing newer: the silence is the market's own. */
  void confirmed(long now) {
    if (book.isValid()) {
      staleAt = now + silenceNanos;
    }
  }

  /** The first sign of a new connection. */
  private void awake(long now) {
    if (book.state() == BookState.DISCONNECTED) {
      begin("connected", now);
    }
  }

  private void begin(String why, long now) {
    invalidate(BookState.LOADING, why + ", and no whole book has come yet", now);
    book.nextEpoch();
    staleAt = now + silenceNanos;
  }

  private void fail(BookState state, String reason, long now) {
    invalidate(state, reason, now);
    if (discipline != BookDiscipline.FULL_SNAPSHOTS) {
      request(now);
    } else {
      staleAt = now + silenceNanos;
    }
  }

  private void invalidate(BookState state, String reason, long now) {
    synced = false;
    numbered = false;
    chained = false;
    changeState(state, reason, now);
    buffer.clear();
  }

  private void changeState(BookState state, String reason, long now) {
    BookState from = book.state();
    calm(now);
    book.state(state, reason, now);
    events.stateChanged(book, from, reason);
    if (log != null && from == BookState.VALID) {
      log.invalid();
    }
  }

  private void request(long now) {
    calm(now);
    requested = true;
    staleAt = now + silenceNanos;
    events.needsSnapshot(book, ++tickets, attempt++);
  }

  private void calm(long now) {
    if (book.isValid() && now - book.stateSinceNanos() >= CALM_NANOS) {
      attempt = 0;
    }
  }

  private static String reason(TextException e) {
    return String.valueOf(e.getMessage());
  }
}
