package dev.colibri.connector.spi;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.text.Decimal;
import dev.colibri.connector.text.Form;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is to be asked, before it is signed. Immutable; every word returns a new request.
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

  private final String method;
  private final String path;
  private String part = "rest";
  private List<Param> params = List.of();
  private Map<String, String> headers = Collections.emptyMap();
  private @Nullable String body;
  private boolean signed;
  private boolean mutation;
  private Urgency urgency = Urgency.QUERY;
  private List<Cost> costs = List.of();
  private @Nullable String nonce;
  private @Nullable String via;
  private @Nullable Instrument instrument;

  private Request(String method, String path) {
    this.method = method;
    this.path = path;
  }

  /** A copy, which the word that asked for it changes once before anyone else sees it. */
  private Request copy() {
    Request r = new Request(method, path);
    r.part = part;
    r.params = params;
    r.headers = headers;
    r.body = body;
    r.signed = signed;
    r.mutation = mutation;
    r.urgency = urgency;
    r.costs = costs;
    r.nonce = nonce;
    r.via = via;
    r.instrument = instrument;
    return r;
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
    Request r = new Request(method, path);
    r.mutation = mutation;
    return r;
  }

  /** Adds a parameter. */
  public Request with(String name, String value) {
    Request r = copy();
    r.params = append(params, new Param(name, value));
    return r;
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
    List<Param> all = new ArrayList<>(params);
    more.forEach(
        (name, value) -> {
          Param param = new Param(name, value);
          all.replaceAll(p -> p.name().equals(name) ? param : p);
          if (!all.contains(param)) {
            all.add(param);
          }
        });
    Request r = copy();
    r.params = Collections.unmodifiableList(all);
    return r;
  }

  /** Adds a header that needs no signature. */
  public Request header(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    Request r = copy();
    r.headers = Collections.unmodifiableMap(more);
    return r;
  }

  /**
   * A body that is known already, as JSON text; {@link BookDialect#depart} may wrap or replace it.
   */
  public Request body(String text) {
    Request r = copy();
    r.body = text;
    return r;
  }

  /** At another part of the venue's API than {@code rest}. */
  public Request at(String part) {
    Request r = copy();
    r.part = part;
    return r;
  }

  /** With the account's signature. */
  public Request signed() {
    Request r = copy();
    r.signed = true;
    return r;
  }

  /** A POST that only reads: it may be asked again like any query. */
  public Request readOnly() {
    Request r = copy();
    r.mutation = false;
    return r;
  }

  public Request urgency(Urgency urgency) {
    Request r = copy();
    r.urgency = urgency;
    return r;
  }

  /** What it costs of a bucket; several buckets may be named. */
  public Request cost(String bucket, long amount) {
    Request r = copy();
    r.costs = append(costs, new Cost(bucket, amount));
    return r;
  }

  /** Leaves in the order of a {@link NonceSequence}. */
  public Request nonce(String sequence) {
    Request r = copy();
    r.nonce = sequence;
    return r;
  }

  /**
   * Travels on an open stream connection instead of HTTP; {@link SessionContext#answer} closes it.
   */
  public Request via(String stream) {
    Request r = copy();
    r.via = stream;
    return r;
  }

  /** The instrument it is about, for limits of that scope. */
  public Request about(Instrument instrument) {
    Request r = copy();
    r.instrument = instrument;
    return r;
  }

  private static <T> List<T> append(List<T> list, T item) {
    List<T> more = new ArrayList<>(list);
    more.add(item);
    return Collections.unmodifiableList(more);
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
    return method;
  }

  /** Which part of the venue's API: a key of {@link Profile#hosts()}. */
  public String part() {
    return part;
  }

  public String path() {
    return path;
  }

  public List<Param> params() {
    return params;
  }

  /** The value of the first parameter of that name, or null. */
  public @Nullable String param(String name) {
    for (Param p : params) {
      if (p.name().equals(name)) {
        return p.value();
      }
    }
    return null;
  }

  /** The parameters as a query or a form, encoded; empty without any. */
  public String formText() {
    Form form = new Form();
    params.forEach(p -> form.add(p.name(), p.value()));
    return form.toString();
  }

  /**
   * The {@link #body()}, or the parameters as a JSON object of texts, of which {@code true} and
   * {@code false} are truths; empty without any.
   */
  public String jsonText() {
    if (body != null || params.isEmpty()) {
      return body == null ? "" : body;
    }
    JsonWriter out = new JsonWriter().object();
    for (Param p : params) {
      if (p.value().equals("true") || p.value().equals("false")) {
        out.put(p.name(), p.value().equals("true"));
      } else {
        out.put(p.name(), p.value());
      }
    }
    return out.end().toString();
  }

  public Map<String, String> headers() {
    return headers;
  }

  public @Nullable String body() {
    return body;
  }

  public boolean isSigned() {
    return signed;
  }

  /** Whether it changes something at the venue, so that a lost reply leaves its outcome unknown. */
  public boolean isMutation() {
    return mutation;
  }

  public Urgency urgency() {
    return urgency;
  }

  public List<Cost> costs() {
    return costs;
  }

  public @Nullable String nonce() {
    return nonce;
  }

  /** The stream it travels on, or null for HTTP. */
  public @Nullable String via() {
    return via;
  }

  public @Nullable Instrument instrument() {
    return instrument;
  }

  /** Method and path: parameters may hold secrets. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
