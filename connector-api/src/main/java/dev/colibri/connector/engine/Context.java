package dev.colibri.connector.engine;

import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.Dialect;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.Redactor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of one engine share: the time of the verb in progress, timers, effects, and
 * listener.
 */
final class Context {
  /** Why nothing is done any more. */
  static final String CLOSED = "the connector is closed";

  final Dialect dialect;
  final Profile profile;
  final Settings settings;
  final Limiter limiter;
  final EngineListener out;
  final Redactor redactor;
  final Timers timers = new Timers();
  final VenueClock clock = new VenueClock();
  final Counters counters = new Counters();
  final ArrayDeque<Effect> effects = new ArrayDeque<>();
  private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
  private final Map<String, Limit> limits = new LinkedHashMap<>();
  private String key = "";

  /** Stays the same when the account gets other keys. */
  private String account = "";

  private final SplittableRandom random;
  private long numbers;
  @Nullable Credentials credentials;

  /** Whether the account is on paper, and nothing is signed. */
  boolean onPaper;

  private @Nullable String problem;

  /** Nothing is asked any more, and nothing that was asked is missed. */
  boolean closed;

  /** Nanoseconds since the epoch; set by every verb before anything else runs. */
  long now;

  Context(
      Dialect dialect,
      Settings settings,
      Limiter limiter,
      EngineListener out,
      Redactor redactor,
      long seed) {
    this.dialect = dialect;
    this.profile = dialect.profile();
    this.settings = settings;
    this.limiter = limiter;
    this.out = out;
    this.redactor = redactor;
    this.random = new SplittableRandom(seed);
  }

  /**
   * Takes part in limits: those of a key or an account count apart from those of others on the same
   * address, those of an instrument apart from those of other instruments.
   */
  void joinLimits(List<Limit> limits) {
    limits.forEach(l -> this.limits.put(l.bucket(), l));
    key = credentials == null ? "public" : Hex.encode(Digest.sha256(credentials.apiKey()));
    account = key;
    join();
  }

  private void join() {
    for (Limit l : limits.values()) {
      if (l.scope() != Limit.Scope.INSTRUMENT) {
        limiter.join(named(l, scoped(l.bucket(), null)));
      }
    }
  }

  /** The account has another key: limits of a key begin anew, those of the account go on. */
  void rotate(Credentials credentials) {
    this.credentials = credentials;
    key = Hex.encode(Digest.sha256(credentials.apiKey()));
    join();
  }

  private static Limit named(Limit l, String bucket) {
    return new Limit(bucket, l.amount(), l.kind(), l.window(), l.scope());
  }

  /** The limiter's name of a dialect's bucket. */
  String scoped(String bucket, @Nullable Instrument instrument) {
    Limit l = limits.get(bucket);
    if (l == null || l.scope() == Limit.Scope.IP) {
      return bucket;
    }
    String name = bucket + "@" + (l.scope() == Limit.Scope.KEY ? key : account);
    return l.scope() == Limit.Scope.INSTRUMENT && instrument != null
        ? name + "@" + instrument.symbol()
        : name;
  }

  /** Takes what a request costs: 0, or when to try again. */
  long acquire(List<Request.Cost> costs, @Nullable Instrument about, Request.Urgency urgency) {
    return limiter.acquire(now, named(costs, about), urgency);
  }

  /** Gives back what a request costs that was let out at this moment and did not leave. */
  void giveBack(List<Request.Cost> costs, @Nullable Instrument about) {
    limiter.giveBack(now, named(costs, about));
  }

  private List<Request.Cost> named(List<Request.Cost> costs, @Nullable Instrument about) {
    List<Request.Cost> named = new ArrayList<>(costs.size());
    for (Request.Cost c : costs) {
      String bucket = scoped(c.bucket(), about);
      Limit l = limits.get(c.bucket());
      if (l != null && l.scope() == Limit.Scope.INSTRUMENT) {
        limiter.join(named(l, bucket));
      }
      named.add(new Request.Cost(bucket, c.amount()));
    }
    return named;
  }

  /** Whether there is an account to trade with: the venue's, or one on paper. */
  boolean hasAccount() {
    return credentials != null || onPaper;
  }

  /** The dialect of an engine that trades on order books. */
  BookDialect books() {
    return (BookDialect) dialect;
  }

  /** A number that nothing else of this engine has. */
  long number() {
    return ++numbers;
  }

  long random() {
    return random.nextLong();
  }

  /** A pause of full jitter: anything up to base times 2^attempt, and up to the most there is. */
  long backoff(int attempt) {
    long base = settings.backoffBase().toNanos();
    long most = settings.backoffMost().toNanos();
    long bound = attempt >= 20 ? most : Math.min(most, base << attempt);
    return random.nextLong(bound) + 1;
  }

  /** Does it after a pause that grows with the attempts, unless everything is closed by then. */
  Timers.Timer retry(int attempt, Runnable task) {
    return timers.set(now + backoff(attempt), () -> unlessClosed(task));
  }

  /** Does it again and again, after a pause each time, until everything is closed. */
  void every(Duration pause, Runnable task) {
    timers.set(
        now + pause.toNanos(),
        () ->
            unlessClosed(
                () -> {
                  task.run();
                  every(pause, task);
                }));
  }

  private void unlessClosed(Runnable task) {
    if (!closed) {
      task.run();
    }
  }

  void event(ConnectorEvent event) {
    out.event(event);
  }

  /** A question that no order stands for got no answer. */
  void faulted(String what, Outcome<?> outcome) {
    if (!closed) {
      event(new ConnectorEvent.Faulted(what, redactor.show(outcome.describe())));
    }
  }

  /** Something without which the connector is not ready got no answer. */
  void failed(String what, Outcome<?> outcome) {
    problem(what + ": " + outcome.describe());
    faulted(what, outcome);
  }

  /** Something keeps the connector from being ready. */
  void problem(String what) {
    problem = redactor.show(what);
  }

  /** What did so last; null when nothing did. */
  @Nullable String problem() {
    return problem;
  }

  /** Something could not be read: it is told, with an excerpt that is safe to show. */
  void quarantined(String where, RuntimeException problem, String text) {
    String reason = problem.getMessage() == null ? problem.toString() : problem.getMessage();
    event(new ConnectorEvent.Quarantined(where, redactor.show(reason), redactor.show(text)));
  }

  /** What a request or a frame may know as it leaves now. */
  SigningContext signing(long nonce, long requestId) {
    return new Signing(nonce, requestId);
  }

  /** Runs it when the part in progress is done with its own state, within the same verb. */
  void later(Runnable task) {
    deferred.add(task);
  }

  /** Runs what was put off; returns whether there was anything. */
  boolean runDeferred() {
    boolean any = false;
    for (Runnable r = deferred.poll(); r != null; r = deferred.poll()) {
      any = true;
      r.run();
    }
    return any;
  }

  private final class Signing implements SigningContext {
    private final long nonce;
    private final long requestId;

    Signing(long nonce, long requestId) {
      this.nonce = nonce;
      this.requestId = requestId;
    }

    @Override
    public long millis() {
      return clock.millis(now);
    }

    @Override
    public long nonce() {
      return nonce;
    }

    @Override
    public long requestId() {
      return requestId;
    }

    @Override
    public long random() {
      return Context.this.random();
    }

    @Override
    public Credentials credentials() {
      if (credentials == null) {
        throw new IllegalStateException(
            profile.name() + " was opened without credentials: only public data can be asked for");
      }
      return credentials;
    }
  }
}
