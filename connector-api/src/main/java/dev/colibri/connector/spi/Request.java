package dev.colibri.connector.spi;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.text.Decimal;
import dev.colibri.connector.text.FormText;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is to be asked, before it is signed. Immutable; every word returns a new request. One that
 * is kept to begin others with keeps the parameters of one of those: no place for a secret.
 *
 * <p>Parameters are names and values in the order said; how they travel (query, form, JSON) is the
 * dialect's, in {@link BookDialect#depart}.
 */
public final class Request {

  /** In which order waiting requests leave. */
  public enum Urgency {
    /** Takes risk away; may use the reserve that limits keep for it. */
    CANCEL,
    /** Places orders. */
    ORDER,
    /**
     * Finds out about orders whose outcome is unknown, logs in, keeps a stream alive, arms a dead
     * man's switch.
     */
    TRUTH,
    /** Everything else. */
    QUERY
  }

  /** A cost: so much of a bucket. */
  public record Cost(String bucket, long amount) {}

  /** A name and its value. */
  public record Param(String name, String value) {}

  /** What is said of a request beside its parameters; changed by few words only. */
  private static final class Manner {
    final String method;
    final String path;
    String part = "rest";
    Map<String, String> headers = Collections.emptyMap();
    @Nullable String body;
    boolean signed;
    boolean mutation;
    Urgency urgency = Urgency.QUERY;
    List<Cost> costs = List.of();
    @Nullable String nonce;
    @Nullable String via;
    @Nullable Instrument instrument;

    /** Whether a form was written, so that there may be another one like it. */
    boolean formed;

    /**
     * A form to write others over. All threads read and replace it without a lock, for it is
     * immutable. Never copied: it is of the words said before.
     */
    @Nullable Written written;

    Manner(String method, String path) {
      this.method = method;
      this.path = path;
    }

    /** A copy, which the word that asked for it changes once before anyone else sees it. */
    Manner copy() {
      Manner m = new Manner(method, path);
      m.part = part;
      m.headers = headers;
      m.body = body;
      m.signed = signed;
      m.mutation = mutation;
      m.urgency = urgency;
      m.costs = costs;
      m.nonce = nonce;
      m.via = via;
      m.instrument = instrument;
      return m;
    }
  }

  /** A request, its form, which nobody changes, and where each value stands there. */
  private record Written(Request request, FormText text, int[] places) {}

  /** The place of a value that does not stand there as it is. */
  private static final int ESCAPED = -1;

  private final Manner manner;

  /** Of the last parameter, as its value is; empty where there is none. */
  private final String name;

  private final String value;

  /** Who has the parameters before that one: adding one copies none. Null where there is none. */
  private final @Nullable Request before;

  /** How many characters all values have together. */
  private final int length;

  private Request(Manner manner, String name, String value, @Nullable Request before) {
    this.manner = manner;
    this.length = (before == null ? 0 : before.length) + value.length();
    this.name = name;
    this.value = value;
    this.before = before;
  }

  /** A request that only reads. */
  public static Request get(String path) {
    return of("GET", path, false);
  }

  /** A request that changes something. */
  public static Request post(String path) {
    return of("POST", path, true);
  }

  /** A request that changes something. */
  public static Request put(String path) {
    return of("PUT", path, true);
  }

  /** A request that changes something. */
  public static Request patch(String path) {
    return of("PATCH", path, true);
  }

  /** A request that changes something. */
  public static Request delete(String path) {
    return of("DELETE", path, true);
  }

  private static Request of(String method, String path, boolean mutation) {
    Manner m = new Manner(method, path);
    m.mutation = mutation;
    return new Request(m, "", "", null);
  }

  /** The same request in another manner. */
  private Request in(Manner m) {
    return new Request(m, name, value, before);
  }

  /** Adds a parameter. */
  public Request with(String name, String value) {
    return new Request(manner, Objects.requireNonNull(name, "name"), value, this);
  }

  /** Adds a parameter. */
  public Request with(String name, long value) {
    return with(name, Long.toString(value));
  }

  /** Adds a parameter unless the value is null. */
  public Request withIf(String name, @Nullable String value) {
    return value == null ? this : with(name, value);
  }

  /** Adds an instrument in the venue's spelling unless it is null. */
  public Request withIf(String name, @Nullable Instrument instrument) {
    return withIf(name, instrument == null ? null : instrument.symbol());
  }

  /** Adds an instrument in the venue's spelling. */
  public Request with(String name, Instrument instrument) {
    return with(name, instrument.symbol());
  }

  /** Adds a number as plain text unless it is null. */
  public Request withIf(String name, @Nullable BigDecimal value) {
    return value == null ? this : with(name, Decimal.plain(value));
  }

  /** Sets parameters: each replaces the one of its name, or follows the others. */
  public Request withAll(Map<String, String> more) {
    if (more.isEmpty()) {
      return this;
    }
    Map<String, String> left = new LinkedHashMap<>(more);
    Request r = new Request(manner, "", "", null);
    for (Param p : params()) {
      String value = more.get(p.name());
      r = r.with(p.name(), value == null ? p.value() : value);
      left.remove(p.name());
    }
    for (Map.Entry<String, String> e : left.entrySet()) {
      r = r.with(e.getKey(), e.getValue());
    }
    return r;
  }

  /** Adds a header that needs no signature. */
  public Request header(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(manner.headers);
    more.put(name, value);
    Manner m = manner.copy();
    m.headers = Collections.unmodifiableMap(more);
    return in(m);
  }

  /**
   * A body that is known already, as JSON text; {@link BookDialect#depart} may wrap or replace it.
   */
  public Request body(String text) {
    Manner m = manner.copy();
    m.body = text;
    return in(m);
  }

  /** At another part of the venue's API than {@code rest}. */
  public Request at(String part) {
    Manner m = manner.copy();
    m.part = part;
    return in(m);
  }

  /** With the account's signature. */
  public Request signed() {
    Manner m = manner.copy();
    m.signed = true;
    return in(m);
  }

  /** A POST that only reads: it may be asked again like any query. */
  public Request readOnly() {
    Manner m = manner.copy();
    m.mutation = false;
    return in(m);
  }

  public Request urgency(Urgency urgency) {
    Manner m = manner.copy();
    m.urgency = urgency;
    return in(m);
  }

  /** What it costs of a bucket; several buckets may be named. */
  public Request cost(String bucket, long amount) {
    Manner m = manner.copy();
    m.costs = append(manner.costs, new Cost(bucket, amount));
    return in(m);
  }

  /** Leaves in the order of a {@link NonceSequence}. */
  public Request nonce(String sequence) {
    Manner m = manner.copy();
    m.nonce = sequence;
    return in(m);
  }

  /**
   * Travels on an open stream connection instead of HTTP; {@link SessionContext#answer} closes it.
   */
  public Request via(String stream) {
    Manner m = manner.copy();
    m.via = stream;
    return in(m);
  }

  /** The instrument it is about, for limits of that scope. */
  public Request about(Instrument instrument) {
    Manner m = manner.copy();
    m.instrument = instrument;
    return in(m);
  }

  private static List<Cost> append(List<Cost> list, Cost item) {
    Cost[] more = list.toArray(new Cost[list.size() + 1]);
    more[list.size()] = item;
    return List.of(more);
  }

  /**
   * Adds an order's id: the venue's when it is known, which venues find fastest, or the client's.
   */
  public Request identify(Order order, String venueId, String clientId) {
    return order.venueId() != null
        ? with(venueId, order.venueId())
        : withIf(clientId, order.clientId());
  }

  /** Makes a call of it, whose value {@code reader} finds in the answer as JSON. */
  public <T> Call<T> json(Function<Json, T> reader) {
    return read(reply -> reader.apply(reply.json()));
  }

  /**
   * Makes a call of it that reads the rows of its answer. Rows for which {@code reader} throws are
   * set aside, those for which it gives null are left out.
   *
   * @param path where the array stands: field names with dots between; empty where the answer is it
   */
  public <T> Call<List<T>> rows(String path, BadRows rows, Function<Json, @Nullable T> reader) {
    return json(json -> rows.read(at(json, path), reader));
  }

  /** The same, where one row that cannot be read makes the whole answer unreadable. */
  public <T> Call<List<T>> rows(String path, Function<Json, @Nullable T> reader) {
    return rows(
        path,
        (row, problem) -> {
          throw problem;
        },
        reader);
  }

  /**
   * Makes a call of it that reads a page of rows.
   *
   * @param path as in {@link #rows}
   * @param full how many rows a page has that another may follow
   * @param cursor what to ask for the next page with, from the last row of this one
   */
  public <T> Call<Page<T>> page(
      String path,
      BadRows rows,
      int full,
      Function<Json, @Nullable T> reader,
      Function<T, String> cursor) {
    return json(
        json -> {
          Json array = at(json, path);
          return Page.of(rows.read(array, reader), array.size() >= full, cursor);
        });
  }

  /**
   * The same where the answer tells how the next page is asked for.
   *
   * @param next the cursor of the next page, from the answer; null after the last
   */
  public <T> Call<Page<T>> page(
      String path,
      BadRows rows,
      Function<Json, @Nullable T> reader,
      Function<Json, @Nullable String> next) {
    return json(json -> new Page<>(rows.read(at(json, path), reader), next.apply(json)));
  }

  /**
   * The same where the next page is asked for with a field of the last row, be it readable or not.
   */
  public <T> Call<Page<T>> page(
      String path, BadRows rows, int full, Function<Json, @Nullable T> reader, String cursor) {
    return page(
        path,
        rows,
        reader,
        json -> {
          Json array = at(json, path);
          return array.size() < full ? null : array.at(array.size() - 1).text(cursor);
        });
  }

  private static Json at(Json json, String path) {
    Json at = json;
    for (String field : path.isEmpty() ? new String[0] : path.split("\\.")) {
      at = at.get(field);
    }
    return at;
  }

  /** Makes a call of it, whose value {@code reader} finds in the answer. */
  public <T> Call<T> read(Function<Reply, T> reader) {
    return new Call.Ask<>(this, reader);
  }

  public String method() {
    return manner.method;
  }

  /** Which part of the venue's API: a key of {@link Profile#hosts()}. */
  public String part() {
    return manner.part;
  }

  public String path() {
    return manner.path;
  }

  /** The parameters in the order said. */
  public List<Param> params() {
    String[] pairs = pairs();
    Param[] all = new Param[pairs.length / 2];
    for (int i = 0; i < all.length; i++) {
      all[i] = new Param(pairs[2 * i], pairs[2 * i + 1]);
    }
    return List.of(all);
  }

  /** The names in the order said, each followed by its value. */
  private String[] pairs() {
    int i = 0;
    for (Request r = this; r.before != null; r = r.before) {
      i += 2;
    }
    String[] pairs = new String[i];
    for (Request r = this; r.before != null; r = r.before) {
      pairs[--i] = r.value;
      pairs[--i] = r.name;
    }
    return pairs;
  }

  /** The value that was said last of that name, or null. */
  public @Nullable String param(String name) {
    for (Request r = this; r.before != null; r = r.before) {
      if (r.name.equals(name)) {
        return r.value;
      }
    }
    return null;
  }

  /** The parameters as a query or a form, encoded; empty without any. */
  public String formText() {
    return before == null ? "" : form(0).toString();
  }

  /**
   * The parameters as a query or a form, encoded, to which more may be added.
   *
   * @param room how many bytes more are expected
   */
  public FormText form(int room) {
    Written known = manner.written;
    FormText form = known == null ? null : formLike(known, room);
    if (form != null) {
      return form;
    }
    String[] pairs = pairs();
    if (!manner.formed) {
      manner.formed = true;
      return write(pairs, room, null);
    }
    int[] places = new int[pairs.length / 2];
    form = write(pairs, room, places);
    manner.written = new Written(this, form.copy(0), places);
    return form;
  }

  /**
   * A copy of another form, over which is written what is different here: of two orders little.
   * Null where more is, or where something is to be escaped.
   */
  private @Nullable FormText formLike(Written known, int room) {
    FormText form = known.text.copy(Math.max(0, room + length - known.request.length));
    int i = known.places.length;
    Request r = this;
    Request was = known.request;
    // Names stand in programs, and values recur: most are the same objects. From the last one on,
    // so that the places of those to come stay as they are.
    while (r.before != null && was.before != null && r.name == was.name) {
      int at = known.places[--i];
      if (r.value != was.value
          && (at == ESCAPED || !form.replace(at, was.value.length(), r.value))) {
        return null;
      }
      r = r.before;
      was = was.before;
    }
    return r.before == null && was.before == null ? form : null;
  }

  /** Writes a form, and where each value stands there unless nobody asks. */
  private static FormText write(String[] pairs, int room, int @Nullable [] places) {
    int length = room;
    for (String text : pairs) {
      length += text.length() + 1;
    }
    // The first has no sign before it. Little needs to be escaped as a rule.
    FormText out = new FormText(pairs.length == 0 ? room : length - 1);
    for (int i = 0; i < pairs.length; i += 2) {
      String value = pairs[i + 1];
      out.add(pairs[i], value);
      if (places != null) {
        places[i / 2] = FormText.isBare(value) ? out.size() - value.length() : ESCAPED;
      }
    }
    return out;
  }

  /**
   * The {@link #body()}, or the parameters as a JSON object of texts, of which {@code true} and
   * {@code false} are truths; empty without any.
   *
   * @param numbers the names of those that are numbers where their values are whole ones
   */
  public String jsonText(String... numbers) {
    String body = manner.body;
    if (body != null || before == null) {
      return body == null ? "" : body;
    }
    List<String> bare = List.of(numbers);
    JsonWriter out = new JsonWriter().object();
    String[] pairs = pairs();
    for (int i = 0; i < pairs.length; i += 2) {
      String value = pairs[i + 1];
      if (value.equals("true") || value.equals("false")) {
        out.put(pairs[i], value.equals("true"));
      } else if (bare.contains(pairs[i]) && isWhole(value)) {
        out.put(pairs[i], Long.parseLong(value));
      } else {
        out.put(pairs[i], value);
      }
    }
    return out.end().toString();
  }

  /** Whether it is a number that JSON knows and a long holds. */
  private static boolean isWhole(String text) {
    int length = text.length();
    return length > 0
        && length <= 18
        && (length == 1 || text.charAt(0) != '0')
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  public Map<String, String> headers() {
    return manner.headers;
  }

  public @Nullable String body() {
    return manner.body;
  }

  public boolean isSigned() {
    return manner.signed;
  }

  /** Whether it changes something at the venue, so that a lost reply leaves its outcome unknown. */
  public boolean isMutation() {
    return manner.mutation;
  }

  public Urgency urgency() {
    return manner.urgency;
  }

  public List<Cost> costs() {
    return manner.costs;
  }

  public @Nullable String nonce() {
    return manner.nonce;
  }

  /** The stream it travels on, or null for HTTP. */
  public @Nullable String via() {
    return manner.via;
  }

  public @Nullable Instrument instrument() {
    return manner.instrument;
  }

  /** Method and path: parameters may hold secrets. */
  @Override
  public String toString() {
    return manner.method + " " + manner.path;
  }
}
