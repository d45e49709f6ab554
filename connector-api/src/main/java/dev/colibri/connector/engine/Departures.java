package dev.colibri.connector.engine;

import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.text.BaseUri;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The only queue a request waits in. It leaves when its limits have room and its nonce is its turn,
 * is signed as it leaves, and is on the wire once for every attempt that {@link Remedy} permits.
 */
final class Departures {
  /** How often anything but an order is tried before its asker is told. */
  private static final int ATTEMPTS = 4;

  /** Carries requests that travel on a stream. */
  interface StreamCarrier {
    /** Sends the frame; false when the stream has no connection that is ready. */
    boolean send(String stream, long ticket, Signed signed);
  }

  /** Says whether orders may leave. */
  interface Admission {
    /** Why none leaves, and those that wait must not; null while they may. */
    @Nullable String whyNone();

    /** Why those that wait must go on waiting; null while they need not. */
    @Nullable String whyWait();
  }

  private final Context context;
  private final Map<String, BaseUri> hosts;
  private final Map<Request.Urgency, ArrayDeque<Waiting>> waiting =
      new EnumMap<>(Request.Urgency.class);
  private final Map<Long, Waiting> inFlight = new LinkedHashMap<>();

  /** What pauses before its next attempt. */
  private final Set<Waiting> resting = new LinkedHashSet<>();

  /** What waits until the venue's clock is known again. */
  private final ArrayDeque<Waiting> untilTime = new ArrayDeque<>();

  private final NonceKeepers nonces;
  private final ReplyLimits limits;
  private @Nullable StreamCarrier streams;
  private @Nullable Admission admission;
  private Runnable learnTime = () -> {};
  private Runnable doubtInstruments = () -> {};
  private Timers.@Nullable Timer room;
  private long sentAt;

  private int count;

  private @Nullable String closed;

  private static final class Waiting {
    final Request request;
    final Consumer<Outcome<Reply>> done;
    Timers.@Nullable Timer patience;
    int attempts;
    boolean renewed;
    long nonce;
    long sentAt;

    Waiting(Request request, Consumer<Outcome<Reply>> done) {
      this.request = request;
      this.done = done;
    }
  }

  Departures(Context context, Map<String, BaseUri> hosts) {
    this.context = context;
    this.hosts = hosts;
    for (Request.Urgency u : Request.Urgency.values()) {
      waiting.put(u, new ArrayDeque<>());
    }
    nonces = new NonceKeepers(context);
    limits = new ReplyLimits(context);
  }

  /** Wires what departures themselves need asked or carried. */
  void wire(StreamCarrier streams, Runnable learnTime, Runnable doubtInstruments, Calls calls) {
    this.streams = streams;
    this.learnTime = learnTime;
    this.doubtInstruments = doubtInstruments;
    nonces.wire(calls);
  }

  /** What is asked before any order leaves. */
  void admission(Admission admission) {
    this.admission = admission;
  }

  /** The nonces of every sequence. */
  NonceKeepers nonces() {
    return nonces;
  }

  /** When the request left whose outcome is being told. */
  long sentAt() {
    return sentAt;
  }

  void submit(Request request, Consumer<Outcome<Reply>> done) {
    String why = closed;
    if (why == null && count >= context.settings.maxWaiting()) {
      why = count + " requests are waiting already";
    }
    if (why == null && nonces.isUnheardOf(request)) {
      why = request + " names no nonce sequence: " + request.nonce();
    }
    if (why == null) {
      enqueue(new Waiting(request, done), false);
    } else {
      done.accept(new Outcome.NotSent<>(why));
    }
  }

  private void enqueue(Waiting w, boolean first) {
    ArrayDeque<Waiting> queue = waiting.get(w.request.urgency());
    if (first) {
      queue.addFirst(w);
    } else {
      queue.addLast(w);
    }
    count++;
    limitPatience(w);
  }

  /**
   * A query may wait as long as it takes; an order that waits is no longer what its strategy meant.
   */
  private void limitPatience(Waiting w) {
    if (w.request.urgency() != Request.Urgency.ORDER || w.patience != null) {
      return;
    }
    String within = " within " + context.settings.patience();
    w.patience =
        context.timers.set(
            context.now + context.settings.patience().toNanos(),
            () -> {
              if (waiting.get(Request.Urgency.ORDER).remove(w)) {
                count--;
                String held = whyOrdersWait();
                if (held != null) {
                  w.done.accept(new Outcome.NotSent<>(held));
                  return;
                }
                // As the venue itself would have said, had it been asked.
                w.done.accept(
                    new Outcome.Refusal<>(
                        Fault.of(Fault.Kind.RATE_LIMITED, "not sent: no limit had room" + within)));
              } else if (untilTime.remove(w)) {
                w.done.accept(new Outcome.NotSent<>("the venue did not tell its time" + within));
              }
            });
  }

  /** Lets everything leave that may; called at the end of every verb. */
  void flush() {
    if (count == 0 && untilTime.isEmpty()) {
      return;
    }
    String none = admission == null ? null : admission.whyNone();
    if (none != null) {
      refuseOrders(none);
    }
    if (count == 0) {
      return;
    }
    List<Waiting> leaving = new ArrayList<>();
    do {
      leaving.clear();
      long next = choose(leaving);
      if (room != null) {
        room.cancel();
        room = null;
      }
      if (next != Long.MAX_VALUE) {
        room = context.timers.set(next, () -> {});
      }
      // Departing may tell an outcome, whose owner may ask for more: choose again until nothing
      // leaves.
      leaving.forEach(this::depart);
    } while (!leaving.isEmpty());
  }

  /** Nothing of an order left: that it will not is proof enough of what became of it. */
  private void refuseOrders(String why) {
    ArrayDeque<Waiting> orders = waiting.get(Request.Urgency.ORDER);
    List<Waiting> refused = new ArrayList<>(orders);
    count -= orders.size();
    orders.clear();
    for (Iterator<Waiting> i = untilTime.iterator(); i.hasNext(); ) {
      Waiting w = i.next();
      if (w.request.urgency() == Request.Urgency.ORDER) {
        i.remove();
        refused.add(w);
      }
    }
    for (Waiting w : refused) {
      if (w.patience != null) {
        w.patience.cancel();
      }
      w.done.accept(new Outcome.NotSent<>(why));
    }
  }

  private @Nullable String whyOrdersWait() {
    return admission == null ? null : admission.whyWait();
  }

  /** Takes out what may leave now, most urgent first; returns when to look again. */
  private long choose(List<Waiting> leaving) {
    long next = Long.MAX_VALUE;
    Set<String> full = new TreeSet<>();
    // Of what has no room for orders, the truth has a reserve of its own.
    Set<String> fullOfOrders = new TreeSet<>();
    boolean held = whyOrdersWait() != null;
    for (Map.Entry<Request.Urgency, ArrayDeque<Waiting>> queue : waiting.entrySet()) {
      if (held && queue.getKey() == Request.Urgency.ORDER) {
        continue;
      }
      for (Iterator<Waiting> i = queue.getValue().iterator(); i.hasNext(); ) {
        Waiting w = i.next();
        NonceKeeper nonce = nonces.of(w.request);
        if (nonce != null && nonce.mustLearn()) {
          nonces.learn(w.request.nonce());
        }
        if (blocked(w.request, full)
            || (queue.getKey() != Request.Urgency.TRUTH && blocked(w.request, fullOfOrders))
            || (nonce != null && !nonce.ready())) {
          continue;
        }
        long at;
        try {
          at = context.acquire(w.request.costs(), w.request.instrument(), w.request.urgency());
        } catch (IllegalArgumentException e) {
          i.remove();
          count--;
          context.later(() -> w.done.accept(new Outcome.NotSent<>(e.getMessage())));
          continue;
        }
        if (at > 0) {
          // What stands behind it and costs of the same buckets must not overtake it.
          Set<String> of = queue.getKey() == Request.Urgency.ORDER ? fullOfOrders : full;
          w.request
              .costs()
              .forEach(c -> of.add(context.scoped(c.bucket(), w.request.instrument())));
          next = Math.min(next, at);
        } else {
          i.remove();
          count--;
          // Drawn here, so that no more are chosen than there are numbers.
          w.nonce = nonces.draw(nonce);
          leaving.add(w);
        }
      }
    }
    return next;
  }

  private boolean blocked(Request request, Set<String> full) {
    if (full.isEmpty()) {
      return false;
    }
    for (Request.Cost c : request.costs()) {
      if (full.contains(context.scoped(c.bucket(), request.instrument()))) {
        return true;
      }
    }
    return false;
  }

  private void depart(Waiting w) {
    NonceKeeper nonce = nonces.of(w.request);
    if (w.patience != null) {
      w.patience.cancel();
      w.patience = null;
    }
    w.attempts++;
    long ticket = context.number();
    Signed signed;
    URI uri;
    try {
      signed = context.dialect.depart(w.request, context.signing(w.nonce, ticket));
      if (w.request.via() == null) {
        BaseUri base = base(signed.request());
        uri = base.at(signed.request().path(), signed.query());
        String authorization = base.authorization();
        signed = authorization == null ? signed : signed.header("Authorization", authorization);
      } else {
        uri = URI.create("");
      }
    } catch (RuntimeException e) {
      if (nonce != null) {
        nonce.returned(w.nonce);
      }
      context.giveBack(w.request.costs(), w.request.instrument());
      w.done.accept(new Outcome.NotSent<>(w.request + " could not be signed: " + e.getMessage()));
      return;
    }
    w.sentAt = context.now;
    inFlight.put(ticket, w);
    context.counters.requests++;
    if (w.request.via() == null) {
      context.effects.add(new Effect.Http(ticket, uri, signed, context.settings.requestTimeout()));
    } else if (streams == null || !streams.send(w.request.via(), ticket, signed)) {
      context.giveBack(w.request.costs(), w.request.instrument());
      delivered(ticket, new Delivery.NotSent(w.request.via() + " is not connected"));
    } else {
      context.timers.set(
          context.now + context.settings.requestTimeout().toNanos(),
          () -> delivered(ticket, new Delivery.Lost("no answer in time")));
    }
  }

  private BaseUri base(Request r) {
    BaseUri base = hosts.get(r.part());
    if (base == null) {
      throw new IllegalStateException(context.profile.name() + " has no host for " + r.part());
    }
    return base;
  }

  /** What became of a request; a second delivery of the same ticket is ignored. */
  void delivered(long ticket, Delivery delivery) {
    Waiting w = inFlight.remove(ticket);
    if (w == null) {
      return;
    }
    NonceKeeper nonce = nonces.of(w.request);
    if (nonce != null && delivery instanceof Delivery.NotSent) {
      nonce.returned(w.nonce);
    } else if (nonce != null) {
      nonce.settled();
    }
    sentAt = w.sentAt;
    if (delivery instanceof Delivery.Replied replied) {
      context.counters.replies++;
      replied(w, replied.reply());
    } else if (delivery instanceof Delivery.NotSent n) {
      context.counters.notSent++;
      boolean waits = w.request.urgency() != Request.Urgency.ORDER;
      if (waits && w.attempts < ATTEMPTS) {
        later(w);
      } else {
        w.done.accept(new Outcome.NotSent<>(n.why()));
      }
    } else {
      context.counters.lost++;
      unknown(w, ((Delivery.Lost) delivery).why());
    }
  }

  private void replied(Waiting w, Reply reply) {
    Fault fault;
    try {
      limits.learn(w.request, reply, w.sentAt);
      fault = context.dialect.fault(w.request, reply);
    } catch (RuntimeException e) {
      context.counters.lost++;
      context.quarantined(w.request.toString(), e, reply.text());
      unknown(w, "unreadable reply (" + reply + "): " + e.getMessage());
      return;
    }
    if (fault == null) {
      w.done.accept(new Outcome.Answer<>(reply));
      return;
    }
    if (fault.kind() == Fault.Kind.BAD_INSTRUMENT) {
      doubtInstruments.run();
    }
    Remedy remedy = Remedy.of(fault.kind(), w.request);
    if (remedy == Remedy.UNKNOWN) {
      context.counters.lost++;
    } else {
      context.counters.refusals++;
    }
    switch (remedy) {
      case AGAIN_LATER -> {
        limits.pause(w.request, fault, w.attempts, reply);
        if (w.attempts < ATTEMPTS) {
          later(w);
        } else {
          w.done.accept(new Outcome.Refusal<>(fault));
        }
      }
      case LEARN_TIME -> {
        if (w.renewed) {
          w.done.accept(new Outcome.Refusal<>(fault));
        } else {
          w.renewed = true;
          context.clock.distrust();
          learnTime.run();
          again(w, fault);
        }
      }
      case LEARN_NONCE -> {
        NonceKeeper nonce = nonces.of(w.request);
        if (w.renewed || nonce == null) {
          w.done.accept(new Outcome.Refusal<>(fault));
        } else {
          w.renewed = true;
          nonce.distrust();
          again(w, fault);
        }
      }
      case UNKNOWN -> {
        if (limits.saysStop(fault, reply)) {
          limits.pause(w.request, fault, w.attempts, reply);
        }
        unknown(w, fault.raw());
      }
      case STAND -> {
        if (ReplyLimits.isLimit(fault) || limits.saysStop(fault, reply)) {
          limits.pause(w.request, fault, w.attempts, reply);
        }
        w.done.accept(new Outcome.Refusal<>(fault));
      }
    }
  }

  private void again(Waiting w, Fault fault) {
    if (fault.kind() == Fault.Kind.CLOCK_SKEW) {
      untilTime.add(w);
      limitPatience(w);
    } else {
      enqueue(w, true);
    }
  }

  /** The venue's time was asked: what waited for it leaves, or is told that it did not come. */
  void timeLearnt(boolean known) {
    while (!untilTime.isEmpty()) {
      if (known) {
        // Each goes before those that came after it.
        enqueue(untilTime.pollLast(), true);
      } else {
        untilTime.poll().done.accept(new Outcome.NotSent<>("the venue's time is not known"));
      }
    }
  }

  private void unknown(Waiting w, String why) {
    if (!w.request.isMutation() && w.attempts < ATTEMPTS) {
      later(w);
    } else {
      w.done.accept(new Outcome.Unknown<>(why));
    }
  }

  private void later(Waiting w) {
    resting.add(w);
    context.timers.set(
        context.now + context.backoff(w.attempts),
        () -> {
          if (resting.remove(w)) {
            enqueue(w, true);
          }
        });
  }

  /** Lets nothing more leave; of what is on its way, whatever comes back comes too late. */
  void close(String why) {
    closed = why;
    List<Waiting> unsent = new ArrayList<>();
    waiting.values().forEach(unsent::addAll);
    unsent.addAll(untilTime);
    unsent.addAll(resting);
    List<Waiting> sent = new ArrayList<>(inFlight.values());
    waiting.values().forEach(ArrayDeque::clear);
    count = 0;
    untilTime.clear();
    resting.clear();
    inFlight.clear();
    unsent.forEach(w -> w.done.accept(new Outcome.NotSent<>(why)));
    sent.forEach(w -> w.done.accept(new Outcome.Unknown<>(why + ", and no reply had come")));
  }
}
