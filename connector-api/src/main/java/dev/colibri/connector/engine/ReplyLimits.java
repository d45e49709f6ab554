package dev.colibri.connector.engine;

import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What replies say of limits: how much is used, how much there is, and for how long to stop. */
final class ReplyLimits implements LimitUpdates {
  /** What a venue that says for how long to stop is believed. */
  private static final long LONGEST_PAUSE_SECONDS = 86_400;

  /** What anything else that fails is believed: cancels wait as well. */
  private static final long LONGEST_OUTAGE_SECONDS = 60;

  private static final String RETRY_AFTER = "Retry-After";

  private final Context context;

  /** The instrument of the request whose reply is being learnt from, and when that left. */
  private @Nullable Instrument about;

  private long sentAt;

  /** Whether the dialect learnt a pause from the reply in progress. */
  private boolean learntPause;

  ReplyLimits(Context context) {
    this.context = context;
  }

  /** Lets the dialect learn from a reply. */
  void learn(Request request, Reply reply, long sentAt) {
    this.sentAt = sentAt;
    learntPause = false;
    about = request.instrument();
    context.dialect.learn(request, reply, this);
  }

  /** Whether a refusal that stands, or an outcome that is not known, says to stop all the same. */
  boolean saysStop(Fault fault, Reply reply) {
    return stated(fault, reply) > 0;
  }

  /**
   * The venue said stop: nothing that costs of the same buckets leaves for as long as it said, or
   * for a while.
   */
  void pause(Request request, Fault fault, int attempts, Reply reply) {
    about = request.instrument();
    long stated = stated(fault, reply);
    long usual = fault.kind() == Fault.Kind.BANNED ? 60_000 : Math.min(60_000, 1000L << attempts);
    long millis = stated > 0 ? stated : usual;
    if (request.costs().isEmpty() || fault.kind() == Fault.Kind.BANNED) {
      pause("*", millis);
    } else {
      request.costs().forEach(c -> pause(c.bucket(), millis));
    }
  }

  /**
   * For how many milliseconds a reply itself says to stop; nothing positive where it does not, or
   * where the dialect has read of which buckets it says that: others need not wait so long.
   */
  private long stated(Fault fault, Reply reply) {
    long longest = isLimit(fault) ? LONGEST_PAUSE_SECONDS : LONGEST_OUTAGE_SECONDS;
    boolean read = learntPause && fault.kind() != Fault.Kind.BANNED;
    return read ? 0 : Math.min(reply.number(RETRY_AFTER), longest) * 1000;
  }

  static boolean isLimit(Fault fault) {
    return fault.kind() == Fault.Kind.RATE_LIMITED || fault.kind() == Fault.Kind.BANNED;
  }

  @Override
  public void used(String bucket, long amount) {
    context.limiter.used(sentAt, context.now, context.scoped(bucket, about), amount);
  }

  @Override
  public void amount(String bucket, long amount) {
    context.limiter.amount(context.scoped(bucket, about), amount);
  }

  @Override
  public void pause(String bucket, long millis) {
    learntPause = true;
    context.limiter.pause(context.now, context.scoped(bucket, about), millis);
    context.event(new ConnectorEvent.Limited(bucket, Duration.ofMillis(millis)));
  }
}
