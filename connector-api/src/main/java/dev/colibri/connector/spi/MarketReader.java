package dev.colibri.connector.spi;

import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.Fields.Meaning;
import dev.colibri.connector.spi.Fields.Table;
import dev.colibri.connector.spi.Layouts.Act;
import dev.colibri.connector.spi.Layouts.Layout;
import dev.colibri.connector.spi.Layouts.PlacedTrade;
import dev.colibri.connector.spi.Layouts.Read;
import dev.colibri.connector.spi.Layouts.Step;
import dev.colibri.connector.spi.Layouts.Symbol;
import dev.colibri.connector.spi.MarketFormat.Content;
import dev.colibri.connector.spi.MarketFormat.Route;
import dev.colibri.connector.text.FieldNames;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.JsonScanner;
import dev.colibri.connector.text.Names;
import dev.colibri.connector.text.Places.Number;
import dev.colibri.connector.text.TextException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads market messages by their tables, without allocating. One thread at a time.
 *
 * <p>A content counts only when the whole message has been read, or when the next content of the
 * same message begins: a message that cannot be read changes no book.
 */
final class MarketReader {
  private static final MarketFormat.Compiled NONE = MarketFormat.of(Fields.of()).compile();

  private static final int END = FieldNames.END;
  private static final int PRICE = 0;
  private static final int SIZE = 1;
  private static final int BID = 2;
  private static final int BID_SIZE = 3;
  private static final int ASK = 4;
  private static final int ASK_SIZE = 5;

  /** What every content must tell that its table names. */
  private static final Meaning[] REQUIRED = {
    Meaning.SYMBOL,
    Meaning.FIRST,
    Meaning.LAST,
    Meaning.SEQUENCE,
    Meaning.PREVIOUS,
    Meaning.SIDES,
    Meaning.CHANGES,
    Meaning.ID,
    Meaning.PRICE,
    Meaning.SIZE,
    Meaning.SIDE,
    Meaning.BUYER_MAKER,
    Meaning.BID,
    Meaning.BID_SIZE,
    Meaning.ASK,
    Meaning.ASK_SIZE
  };

  private static final int SYMBOL = bit(Meaning.SYMBOL);
  private static final int CHECKSUM = bit(Meaning.CHECKSUM);
  private static final int ACTION = bit(Meaning.ACTION);
  private static final int TIMES =
      bit(Meaning.MILLIS)
          | bit(Meaning.MICROS)
          | bit(Meaning.NANOS)
          | bit(Meaning.SECONDS)
          | bit(Meaning.ISO);

  /** What may stand around a content and changes its meaning. */
  private static final int FRAME = ACTION | SYMBOL | bit(Meaning.COUNTER);

  private final MarketFormat.Compiled format;
  private final JsonScanner in = new JsonScanner();
  private final Layouts layouts = new Layouts();

  /** Only what is said of one instrument is read, as of another one; null for everything. */
  private final @Nullable Instrument said;

  private final @Nullable Instrument heard;

  /** The number that the next message of the connection must have; NONE before the first. */
  private long counter = DepthStage.NONE;

  // The present message.
  private byte[] bytes = {};
  private @Nullable SessionContext context;
  private @Nullable Route route;

  /** The meanings that were told, one bit each. */
  private int told;

  private boolean whole;
  private boolean other;
  private boolean lost;
  private boolean open;
  private @Nullable Instrument instrument;
  private long first;
  private long last;
  private long previous;
  private long checksum;
  private long millis;
  private long id;
  private @Nullable Side side;
  private final long[] number = new long[6];
  private final int[] digits = new int[6];

  /** Where levels of a reply go; null for a message, whose levels are staged. */
  private @Nullable BookSnapshot snapshot;

  /** Whether levels are passed over, because what they belong to is not known yet. */
  private boolean scalars;

  /** Whether levels at price 0 are passed over in the table at hand. */
  private boolean zeroPrices;

  /** For replies. */
  MarketReader() {
    this(NONE);
  }

  MarketReader(MarketFormat.Compiled format) {
    this(format, null, null);
  }

  /** For what is said of one instrument, as of another one. */
  MarketReader(
      MarketFormat.Compiled format, @Nullable Instrument said, @Nullable Instrument heard) {
    this.format = format;
    this.said = said;
    this.heard = heard;
  }

  // ---- messages

  /** Whether the message was market data; otherwise nothing was done. */
  boolean read(Frame frame, SessionContext context) {
    this.context = context;
    bytes = frame.array();
    if (readPlaced(frame)) {
      return true;
    }
    in.open(frame);
    if (!in.isObject()) {
      return false;
    }
    for (int i = 0; i < layouts.count(); i++) {
      Layout layout = layouts.get(i);
      if (in.pass(layout.steps()[0].before())) {
        long counted = counter;
        clear();
        if (readAs(layout)) {
          layouts.found(i);
          commit();
          layouts.place(frame, layout, side);
          return true;
        }
        counter = counted;
        in.open(frame);
      }
    }
    clear();
    layouts.begin();
    boolean data = (format.around.has(Meaning.ROWS) ? wrapped() : bare()) && !other;
    if (data && open) {
      commit();
      layouts.learn(in);
    }
    return data;
  }

  /** Reads a trade whose values stand where those of another one stood. */
  private boolean readPlaced(Frame frame) {
    for (int way = 0; way < Layouts.WAYS; way++) {
      PlacedTrade known = layouts.placed(frame.length(), way);
      if (known != null && known.places().in(frame)) {
        long counted = counter;
        clear();
        if (readAround(known.reads(), frame)) {
          layouts.found(frame.length(), way);
          commitPlaced(known, frame.from());
          return true;
        }
        counter = counted;
      }
    }
    return false;
  }

  /** Reads what is not read from its place alone. */
  private boolean readAround(Read[] reads, Frame frame) {
    if (reads.length > 0) {
      in.open(frame);
    }
    for (Read read : reads) {
      Step step = read.step();
      if (!in.goTo(read.from(), step.before()) || !repeat(step) || in.position() != read.to()) {
        return false;
      }
    }
    return true;
  }

  private void commitPlaced(PlacedTrade trade, int from) {
    Symbol symbol = trade.symbol();
    symbol(symbol.table(), symbol.place(), from + symbol.from(), from + symbol.to(), false);
    Instrument of = named();
    boolean passedOver = whole && trade.content() == Content.TRADES;
    if (isHeard(of) && !passedOver) {
      Number price = trade.price();
      Number size = trade.size();
      Number time = trade.millis();
      context()
          .trade()
          .price(price.of(bytes, from), price.fraction())
          .size(size.of(bytes, from), size.fraction())
          .commit(
              of,
              trade.id() == null ? id : trade.id().of(bytes, from),
              trade.side(),
              time == null ? millis : time.of(bytes, from));
    }
    if (trade.reads().length == 0) {
      context().onlyTrades();
    }
  }

  private void clear() {
    route = null;
    open = false;
    lost = false;
    other = false;
    clear(-1);
  }

  /**
   * Reads a message that begins as one that was read before; false when it goes on otherwise. As
   * long as everything before a value is the same, so is what has to be done with it.
   */
  private boolean readAs(Layout layout) {
    Step[] steps = layout.steps();
    for (int i = 0; i < steps.length; i++) {
      Step step = steps[i];
      if (i > 0 && !in.pass(step.before())) {
        return false;
      }
      layout.from()[i] = in.position();
      if (!repeat(step)) {
        return false;
      }
      layout.to()[i] = in.position();
    }
    return in.pass(layout.end()) && in.isEnd();
  }

  private boolean repeat(Step step) {
    Table table = step.table();
    if (step.told() != 0) {
      if (in.isNull()) {
        return false;
      }
      told |= step.told();
    }
    switch (step.act()) {
      case PRICE -> number(PRICE);
      case SIZE -> number(SIZE);
      case MILLIS -> millis = time(0);
      case ID -> id = in.longValue();
      case BUYER_MAKER -> side = in.bool() ? Side.SELL : Side.BUY;
      case FIELD -> {
        return table != null && isNext(table, step.place()) && !other;
      }
      case PASS -> {
        if (table != null && in.isObject()) {
          return false;
        }
        in.skip();
      }
      case KIND -> {
        if (!in.isString()) {
          return false;
        }
        in.string();
        return format.route(bytes, in.valueFrom(), in.valueTo()) == step.route();
      }
      case CONTENT -> start(step.route(), table);
    }
    return true;
  }

  /** Reads a field, unless the message is not the one that must come next. */
  private boolean isNext(Table table, int place) {
    if (table.meanings[place] == Meaning.COUNTER && counter != DepthStage.NONE) {
      long start = in.mark();
      if (in.longValue() != counter) {
        return false;
      }
      in.rewind(start);
    }
    field(table, place);
    return true;
  }

  /** The message is its content: look as far as needed for what it is, and read it again. */
  private boolean bare() {
    long start = in.mark();
    boolean further = true; // Whether nothing but the kind was read.
    in.enterObject();
    for (int place; route == null && (place = in.nextField(format.around.names)) != END; ) {
      if (place >= 0 && format.around.meanings[place] == Meaning.KIND) {
        if (in.isString()) {
          kind();
        }
        if (route == null) {
          return false;
        }
        further &= route.further();
        if (!further) {
          layouts.forget();
        }
      } else {
        int mark = in.name(format.marks());
        if (mark >= 0) {
          // A kind that follows would say more, but a venue that marks so has none.
          route = format.marked(mark);
        }
        in.skip();
        further = false;
      }
    }
    if (route == null) {
      return false;
    }
    if (further) {
      route.fields().names.restart();
    } else {
      layouts.restart();
      in.rewind(start);
      in.enterObject();
    }
    content(route);
    in.end();
    return true;
  }

  /** A word that says what the message is. */
  private void kind() {
    long start = in.mark();
    in.string();
    route = format.route(bytes, in.valueFrom(), in.valueTo());
    if (route != null && route.isStarred()) {
      in.rewind(start);
      layouts.step(in, Act.KIND, null, 0, route);
      in.string();
      layouts.done(in);
    }
  }

  /** The content stands in a field; it is read when what stands around it has told what it is. */
  private boolean wrapped() {
    long rows = around(format.around, -1);
    in.end();
    if (route == null || !open && rows < 0) {
      return lost;
    }
    if (!open && !lost && !other) {
      layouts.forget();
      in.rewind(rows);
      rows(route);
    }
    return true;
  }

  /** Reads what stands around the content, and gives the place of a content not yet read, or -1. */
  private long around(Table table, long rows) {
    in.enterObject();
    for (int place; (place = in.nextField(table.names)) != END; ) {
      if (in.isNull()) {
        in.skip();
        continue;
      }
      if (place < 0) {
        layouts.step(in, Act.PASS, null, place, null);
        in.skip();
        layouts.done(in);
        continue;
      }
      switch (table.meanings[place]) {
        case KIND -> {
          if (in.isString()) {
            kind();
          } else {
            in.skip();
          }
        }
        case INSIDE -> {
          Table inner = table.inner[place];
          if (inner != null && in.isObject()) {
            rows = around(inner, rows);
          } else {
            in.skip();
          }
        }
        case ROWS -> {
          if (route != null && isReady() && !other) {
            rows(route);
          } else {
            rows = in.mark();
            in.skip();
          }
        }
        default -> one(table, place);
      }
    }
    return rows;
  }

  /** Whether everything that stands around and changes the meaning of a content is known. */
  private boolean isReady() {
    int needed = format.around.told & FRAME;
    return !lost && (told & needed) == needed;
  }

  private void rows(Route route) {
    if (in.isArray()) {
      in.enterArray();
      while (in.nextItem()) {
        in.enterObject();
        content(route);
      }
    } else {
      in.enterObject();
      content(route);
    }
  }

  /** In the object of a content. */
  private void content(Route route) {
    begin(route, route.fields());
  }

  private void begin(Route route, Table fields) {
    if (open) {
      // Of one that is repeated only the last one is committed.
      layouts.forget();
      commit();
    }
    layouts.step(in, Act.CONTENT, fields, 0, route);
    layouts.done(in);
    start(route, fields);
    fields(fields);
  }

  private void start(Route route, Table fields) {
    this.route = route;
    clear(fields.told);
    if (fields.has(Meaning.EACH)) {
      return;
    }
    open = true;
    if (route.content() != Content.TRADES && route.content() != Content.LIVE_TRADES) {
      stage().begin();
    }
  }

  /** Contents inside a content. */
  private void each(Table around, @Nullable Table inner) {
    Route of = route;
    if (of == null || inner == null || around.has(Meaning.ACTION) && !has(told, Meaning.ACTION)) {
      throw new TextException("rows that do not tell first what they are");
    }
    in.enterArray();
    while (in.nextItem()) {
      in.enterObject();
      begin(of, inner);
    }
  }

  /** Forgets what these meanings told; a content forgets what its own table names. */
  private void clear(int meanings) {
    told &= ~meanings;
    if ((meanings & SYMBOL) != 0) {
      instrument = null;
    }
    if ((meanings & CHECKSUM) != 0) {
      checksum = DepthStage.NONE;
    }
    if ((meanings & ACTION) != 0) {
      whole = false;
    }
    if ((meanings & TIMES) != 0) {
      millis = 0;
    }
    if (meanings == -1) {
      first = DepthStage.NONE;
      last = DepthStage.NONE;
      previous = DepthStage.NONE;
    }
  }

  private static int bit(Meaning meaning) {
    return 1 << meaning.ordinal();
  }

  private static boolean has(int bits, Meaning meaning) {
    return (bits & bit(meaning)) != 0;
  }

  // ---- fields

  private void object(Table table) {
    in.enterObject();
    fields(table);
  }

  private void fields(Table table) {
    for (int place; (place = in.nextField(table.names)) != END; ) {
      if (in.isNull()) {
        in.skip();
      } else if (place >= 0) {
        one(table, place);
      } else if (table.any != null && in.isObject()) {
        object(table.any);
      } else {
        layouts.step(in, Act.PASS, table.any, place, null);
        in.skip();
        layouts.done(in);
      }
    }
  }

  /** A field; those inside of it are done by themselves. */
  private void one(Table table, int place) {
    Meaning meaning = table.meanings[place];
    boolean value = table.inner[place] == null || meaning == Meaning.CHANGES;
    if (value) {
      layouts.step(in, Act.of(meaning), table, place, null);
    }
    field(table, place);
    if (value) {
      layouts.done(in);
    }
  }

  private void field(Table table, int place) {
    Meaning meaning = table.meanings[place];
    told |= 1 << meaning.ordinal();
    switch (meaning) {
      case BIDS -> levels(table, true);
      case ASKS -> levels(table, false);
      case SIDES -> {
        in.enterArray();
        for (boolean bids = true; in.nextItem(); bids = false) {
          levels(table, bids);
        }
      }
      case CHANGES -> changes(table, place);
      case SYMBOL -> {
        in.string();
        symbol(table, place, in.valueFrom(), in.valueTo(), in.isEscaped());
      }
      case FIRST -> first = in.longValue();
      case LAST -> last = in.longValue();
      case SEQUENCE -> {
        first = in.longValue();
        last = first;
      }
      case PREVIOUS -> previous = in.longValue();
      case CHECKSUM -> checksum = in.longValue();
      case COUNTER -> count();
      case MILLIS -> millis = time(0);
      case MICROS -> millis = time(3);
      case NANOS -> millis = time(6);
      case SECONDS -> millis = time(-3);
      case ISO -> millis = in.isoMillis();
      case ID -> id = in.longValue();
      case PRICE -> number(PRICE);
      case SIZE -> number(SIZE);
      case BID -> number(BID);
      case BID_SIZE -> number(BID_SIZE);
      case ASK -> number(ASK);
      case ASK_SIZE -> number(ASK_SIZE);
      case SIDE -> side = word(table, place) == 0 ? Side.BUY : Side.SELL;
      case BUYER_MAKER -> side = in.bool() ? Side.SELL : Side.BUY;
      case ACTION -> {
        Names words = table.words[place];
        if (words == null) {
          whole = in.bool();
        } else {
          in.string();
          whole = in.value(words) == 0;
        }
      }
      case UNLESS -> {
        Names words = table.words[place];
        if (words == null || !in.isString()) {
          in.skip();
        } else {
          in.string();
          other |= in.value(words) >= 0;
        }
      }
      case EACH -> each(table, table.inner[place]);
      case INSIDE -> inside(table.inner[place]);
      case KIND, ROWS -> in.skip();
    }
  }

  private void inside(@Nullable Table inner) {
    if (inner == null) {
      in.skip();
    } else if (in.isArray()) {
      in.enterArray();
      while (in.nextItem()) {
        object(inner);
      }
    } else {
      object(inner);
    }
  }

  /** The place of a value among its words; any other value is not readable. */
  private int word(Table table, int place) {
    in.string();
    Names words = table.words[place];
    int word = words == null ? -1 : in.value(words);
    if (word < 0) {
      throw new TextException("a side of none of the venue's words");
    }
    return word;
  }

  /** What stands between {@code from} and {@code to} contains a symbol. */
  private void symbol(Table table, int place, int from, int to, boolean escaped) {
    SessionContext known = context;
    if (known == null) {
      return;
    }
    char end = table.ends[place];
    from += table.starts[place];
    while (end != 0 && to > from && bytes[--to] != end) {}
    if (escaped) {
      instrument = end == 0 ? known.instrument(in.valueText()) : null;
    } else {
      instrument = from < to ? known.instrument(bytes, from, to) : null;
    }
    Instrument as = heard;
    if (as != null && instrument != null && instrument.equals(said)) {
      // Asked for by name, so that it is known whose message it was if it cannot be read.
      instrument = known.instrument(as.symbol());
    }
  }

  private void number(int slot) {
    in.decimal();
    number[slot] = notNegative(in.mantissa());
    digits[slot] = in.digits();
  }

  /** A time, whose unit is the {@code power}th part of ten of a millisecond. */
  private long time(int power) {
    in.decimal();
    long value = in.mantissa();
    for (int i = power + in.digits(); i > 0; i--) {
      value /= 10;
    }
    for (int i = power + in.digits(); i < 0; i++) {
      value = Math.multiplyExact(value, 10);
    }
    return value;
  }

  private void count() {
    long value = in.longValue();
    if (counter != DepthStage.NONE && value != counter && context != null) {
      lost = true;
      context.lost(null, BookState.GAP, "message " + value + " came instead of " + counter);
    }
    counter = value + 1;
  }

  // ---- levels

  private void levels(Table table, boolean bids) {
    FieldNames level = table.level;
    zeroPrices = table.zeroPrices;
    if (scalars) {
      in.skip();
      return;
    }
    if (level == null) {
      pairs(bids);
    } else if (in.isNull()) {
      in.skip();
    } else if (in.isObject()) {
      level(level, bids);
    } else {
      in.enterArray();
      while (in.nextItem()) {
        level(level, bids);
      }
    }
  }

  private void pairs(boolean bids) {
    DepthStage stage = snapshot == null ? stage() : null;
    in.enterArray();
    while (in.nextLevel()) {
      long price = in.price();
      long size = in.size();
      if (stage == null || price <= 0 || size < 0) {
        level(bids, price, in.priceDigits(), size, in.sizeDigits());
      } else if (bids) {
        stage.bid(price, in.priceDigits(), size, in.sizeDigits());
      } else {
        stage.ask(price, in.priceDigits(), size, in.sizeDigits());
      }
    }
  }

  private void level(FieldNames level, boolean bids) {
    number[PRICE] = DepthStage.NONE;
    number[SIZE] = DepthStage.NONE;
    in.enterObject();
    for (int place; (place = in.nextField(level)) != END; ) {
      if (place >= 0) {
        number(place);
      } else {
        in.skip();
      }
    }
    level(bids);
  }

  private void changes(Table table, int place) {
    Table row = table.inner[place];
    zeroPrices = table.zeroPrices;
    if (scalars || row == null) {
      in.skip();
      return;
    }
    in.enterArray();
    while (in.nextItem()) {
      number[PRICE] = DepthStage.NONE;
      number[SIZE] = DepthStage.NONE;
      int side = -1;
      in.enterObject();
      for (int at; (at = in.nextField(row.names)) != END; ) {
        if (at == PRICE || at == SIZE) {
          number(at);
        } else if (at > SIZE) {
          side = word(table, place);
        } else {
          in.skip();
        }
      }
      if (side < 0) {
        throw new TextException("a level without a side");
      }
      level(side == 0);
    }
  }

  private void level(boolean bids) {
    if (number[PRICE] == DepthStage.NONE || number[SIZE] == DepthStage.NONE) {
      throw new TextException("a level without price or size");
    }
    level(bids, number[PRICE], digits[PRICE], number[SIZE], digits[SIZE]);
  }

  private void level(boolean bids, long price, int priceDigits, long size, int sizeDigits) {
    if (price == 0 && zeroPrices) {
      return;
    }
    if (price <= 0) {
      throw new TextException("a price that is not positive");
    }
    notNegative(size);
    BookSnapshot reply = snapshot;
    if (reply != null) {
      (bids ? reply.bids() : reply.asks()).add(price, priceDigits, size, sizeDigits);
    } else if (bids) {
      stage().bid(price, priceDigits, size, sizeDigits);
    } else {
      stage().ask(price, priceDigits, size, sizeDigits);
    }
  }

  private static long notNegative(long number) {
    if (number < 0) {
      throw new TextException("a negative number");
    }
    return number;
  }

  // ---- what was read

  private DepthStage stage() {
    return context().depth();
  }

  private SessionContext context() {
    SessionContext known = context;
    if (known == null) {
      throw new IllegalStateException("no message is being read");
    }
    return known;
  }

  private void commit() {
    Route of = route;
    if (of == null) {
      return;
    }
    require(of);
    Instrument known = named();
    open = false;
    if (!isHeard(known)) {
      return;
    }
    switch (of.content()) {
      case BOOK -> commitBook(known, whole);
      case WHOLE_BOOK -> commitBook(known, true);
      case TOP -> commitTop(known, of.fields());
      case LIVE_TRADES -> commitTrade(known);
      case TRADES -> {
        if (!whole) {
          commitTrade(known);
        }
      }
    }
  }

  private Instrument named() {
    Instrument known = instrument;
    if (known == null) {
      throw new TextException("an event of an unknown symbol");
    }
    return known;
  }

  private boolean isHeard(Instrument of) {
    return heard == null || heard.equals(of);
  }

  private void require(Route of) {
    int missing = of.fields().told & ~told;
    if (missing == 0) {
      return;
    }
    boolean all = whole || of.content() == Content.WHOLE_BOOK;
    for (Meaning meaning : REQUIRED) {
      // A whole book has no first change, and follows none.
      boolean ofChanges = meaning == Meaning.FIRST || meaning == Meaning.PREVIOUS;
      if (has(missing, meaning) && !(all && ofChanges)) {
        throw new TextException("an event without " + meaning);
      }
    }
    if (all && (has(missing, Meaning.BIDS) || has(missing, Meaning.ASKS))) {
      throw new TextException("a whole book without one of its sides");
    }
  }

  private void commitBook(Instrument of, boolean whole) {
    DepthStage.Kind kind = whole ? DepthStage.Kind.SNAPSHOT : DepthStage.Kind.DIFF;
    stage().commit(of, kind, first, last, previous, millis, checksum);
  }

  private void commitTop(Instrument of, Table fields) {
    if (fields.has(Meaning.BID) && number[BID_SIZE] > 0) {
      stage().bid(number[BID], digits[BID], number[BID_SIZE], digits[BID_SIZE]);
    }
    if (fields.has(Meaning.ASK) && number[ASK_SIZE] > 0) {
      stage().ask(number[ASK], digits[ASK], number[ASK_SIZE], digits[ASK_SIZE]);
    }
    stage()
        .commit(
            of,
            DepthStage.Kind.TOP,
            DepthStage.NONE,
            last,
            DepthStage.NONE,
            millis,
            DepthStage.NONE);
  }

  private void commitTrade(Instrument of) {
    Side taker = side;
    if (taker != null) {
      context()
          .trade()
          .price(number[PRICE], digits[PRICE])
          .size(number[SIZE], digits[SIZE])
          .commit(of, id, taker, millis);
    }
  }

  // ---- replies

  BookSnapshot snapshot(byte[] body, Table fields, Instrument instrument) {
    layouts.forget();
    in.open(body, 0, body.length);
    bytes = body;
    clear(-1);
    // The number goes into the snapshot's making, and nobody promised that it comes first.
    scalars = true;
    long start = in.mark();
    object(fields);
    in.end();
    scalars = false;
    int missing = fields.told & ~told;
    for (Meaning meaning :
        List.of(Meaning.LAST, Meaning.SEQUENCE, Meaning.BIDS, Meaning.ASKS, Meaning.SIDES)) {
      if (has(missing, meaning)) {
        throw new TextException("a book without " + meaning);
      }
    }
    snapshot = new BookSnapshot(instrument, last, millis);
    in.rewind(start);
    object(fields);
    BookSnapshot book = snapshot;
    return book;
  }
}
