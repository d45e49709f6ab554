package dev.colibri.connector.engine;

import dev.colibri.connector.io.Journal;
import dev.colibri.connector.io.JournalException;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.TopView;
import dev.colibri.connector.model.TradeView;
import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.testkit.sim.Network;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.text.BaseUri;
import dev.colibri.connector.text.Redactor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A process that does nothing but send a wallet's transactions: what an engine has around its
 * {@link Transactions}, and no more.
 */
final class WalletProcess {
  private static final Map<String, BaseUri> HOSTS =
      Map.of("rest", BaseUri.of("https://toy-chain.test"));

  final Transactions transactions;
  private final VirtualTime time;
  private final Network network;
  private final ChainDialect chain;
  private final Journal.Part journal;
  private final Context context;
  private final Departures departures;
  private final Calls calls;
  private final Map<String, @Nullable String> missing = new LinkedHashMap<>();
  private final ArrayDeque<Runnable> told = new ArrayDeque<>();
  private boolean dead;
  private boolean inside;
  private long alarm = Long.MAX_VALUE;

  WalletProcess(
      VirtualTime time,
      Network network,
      ChainDialect chain,
      AmmVenue venue,
      Journal.Part journal,
      long seed,
      Transactions.Sink sink) {
    this.time = time;
    this.network = network;
    this.chain = chain;
    this.journal = journal;
    context =
        new Context(
            chain, Settings.DEFAULT, new Limiter(chain.limits()), new Deaf(), new Redactor(), seed);
    context.now = time.nanos();
    departures = new Departures(context, HOSTS);
    calls = new Calls(context, departures);
    transactions =
        new Transactions(
            context,
            calls,
            chain,
            venue,
            new Transactions.Sink() {
              @Override
              public void changed(TransactionState state, @Nullable Receipt receipt) {
                told.add(() -> sink.changed(state, receipt));
              }

              @Override
              public boolean wants(String id) {
                return sink.wants(id);
              }
            });
    transactions.keeps();
    Map<String, String> entries = journal.entries();
    if (entries.isEmpty()) {
      missing.put(Kept.FORMAT, Kept.VERSION);
    }
    transactions.restore(Kept.read(entries));
    run(transactions::begin);
    time.after(Duration.ZERO, this::pollHead);
  }

  private void pollHead() {
    if (!dead) {
      run(
          () ->
              calls.perform(
                  chain::head,
                  outcome -> {
                    if (outcome instanceof Outcome.Answer<Block> a) {
                      transactions.head(a.value());
                    }
                  }));
      time.after(Duration.ofMillis(700), this::pollHead);
    }
  }

  /** What is asked before something is handed to the line. */
  WalletPlans plans(WalletPlans.Sink sink) {
    return new WalletPlans(
        context,
        calls,
        transactions,
        new GuardCheck(),
        new ClientIds(chain.profile().clientIds(), context.now, 1),
        () -> null,
        chain.blockTime(),
        sink);
  }

  boolean isDead() {
    return dead;
  }

  boolean isUnkept() {
    return !missing.isEmpty();
  }

  /** Ends it as a kill does. */
  void kill() {
    dead = true;
  }

  /** Goes inside, and does what is wanted outside. */
  void run(Runnable verb) {
    if (dead) {
      return;
    }
    if (inside) {
      throw new IllegalStateException("inside already");
    }
    inside = true;
    try {
      context.now = Math.max(context.now, time.nanos());
      context.timers.runDue(context.now);
      verb.run();
      settle();
    } finally {
      inside = false;
    }
    // As to a user: when what was learnt is kept, or could not be.
    for (Runnable r = told.poll(); r != null && !dead; r = told.poll()) {
      r.run();
    }
    long next = context.timers.next();
    if (!dead && next < alarm) {
      alarm = next;
      time.at(
          next,
          () -> {
            if (alarm == next) {
              alarm = Long.MAX_VALUE;
              run(() -> {});
            }
          });
    }
  }

  private void settle() {
    boolean more = true;
    while (more && !dead) {
      do {
        departures.flush();
      } while (context.runDeferred());
      if (transactions.isUnkept()) {
        transactions.keep(missing);
      }
      keep();
      more = false;
      for (Effect e = context.effects.poll(); e != null && !dead; e = context.effects.poll()) {
        if (e instanceof Effect.Http http) {
          if (http.places() && !missing.isEmpty()) {
            departures.delivered(http.ticket(), new Delivery.NotSent("journal: full"));
            more = true;
          } else {
            send(http);
          }
        }
      }
    }
  }

  private void keep() {
    if (missing.isEmpty()) {
      return;
    }
    try {
      journal.keep(missing);
      missing.clear();
    } catch (JournalException e) {
      // It is tried again with the next verb; nothing is sent before.
    }
  }

  private void send(Effect.Http http) {
    Signed s = http.signed();
    HttpRequest request =
        new HttpRequest(
            s.request().method(),
            http.uri(),
            s.headers(),
            s.contentType(),
            s.body(),
            http.timeout());
    Once once = new Once(d -> run(() -> departures.delivered(http.ticket(), d)));
    time.after(http.timeout(), () -> once.accept(new Delivery.Lost("timed out")));
    time.at(
        time.nanos(),
        () -> network.http(request, d -> time.at(time.nanos(), () -> once.accept(d))));
  }

  private static final class Once implements Consumer<Delivery> {
    private @Nullable Consumer<Delivery> to;

    Once(Consumer<Delivery> to) {
      this.to = to;
    }

    @Override
    public void accept(Delivery delivery) {
      Consumer<Delivery> first = to;
      to = null;
      if (first != null) {
        first.accept(delivery);
      }
    }
  }

  private static final class Deaf implements EngineListener {
    @Override
    public void order(OrderEvent event) {}

    @Override
    public void event(ConnectorEvent event) {}

    @Override
    public void balance(Balance balance) {}

    @Override
    public void book(OrderBook book) {}

    @Override
    public void trade(TradeView trade) {}

    @Override
    public void top(TopView top) {}
  }
}
