package dev.colibri.connector.engine;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.Topic;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hears of new blocks: from a stream where there is one, and from nodes otherwise. A stream that
 * says nothing, or less than nodes know, is no reason to know less: nodes are asked at every block
 * time meanwhile, and another connection is tried.
 */
final class HeadFeed {
  /** Between two heads that are asked for, at the least. */
  private static final long LEAST_PAUSE_NANOS = Duration.ofMillis(250).toNanos();

  /** The chain is not heard any more after so many block times, and no sooner than this. */
  private static final int SILENT_BLOCKS = 5;

  private static final long LEAST_SILENCE_NANOS = Duration.ofSeconds(10).toNanos();

  /** After so many block times without a head a stream does not count. */
  private static final int MUTE_BLOCKS = 3;

  /** So often nodes are asked whether a stream that tells of blocks keeps up, in block times. */
  private static final int CHECK_BLOCKS = 10;

  /** How long a stream may be of no use before it is replaced: in block times, and at the least. */
  private static final int USELESS_BLOCKS = 10;

  private static final long LEAST_USELESS_NANOS = Duration.ofSeconds(30).toNanos();

  /** How far nodes may be ahead of a stream for no other reason than the way. */
  private static final long WAY_NANOS = Duration.ofSeconds(2).toNanos();

  private final Context context;
  private final Calls calls;
  private final ChainDialect chain;
  private final Streams streams;
  private final Consumer<Block> told;
  private boolean heard;
  private long heardNanos;
  private boolean asking;
  private boolean closed;
  private long turns;

  /** The latest block that the present connection told; null for none. */
  private @Nullable Block streamed;

  /** When it told it for the first time. */
  private long streamedNanos;

  /** Since when the stream has been of use. */
  private long usefulNanos;

  private boolean behind;

  /**
   * Deaf until it begins.
   *
   * @param told told every head that somebody tells, whatever it is
   */
  HeadFeed(
      Context context, Calls calls, ChainDialect chain, Streams streams, Consumer<Block> told) {
    this.context = context;
    this.calls = calls;
    this.chain = chain;
    this.streams = streams;
    this.told = told;
  }

  void begin() {
    heardNanos = context.now;
    usefulNanos = context.now;
    if (streams.carries(Topic.Kind.HEADS)) {
      streams.add(Topic.heads());
    }
    ask();
    pace();
  }

  void close() {
    closed = true;
  }

  private void pace() {
    context.timers.set(
        context.now + pause(),
        () -> {
          if (closed) {
            return;
          }
          turns++;
          if (isOfUse()) {
            usefulNanos = context.now;
          } else if (isLive()
              && context.now - usefulNanos > most(USELESS_BLOCKS, LEAST_USELESS_NANOS)) {
            usefulNanos = context.now;
            String why = behind ? "its heads are behind those of nodes" : "it tells of no heads";
            streams.replace(Topic.heads(), why);
          }
          if (!isOfUse() || turns % CHECK_BLOCKS == 0) {
            ask();
          }
          pace();
        });
  }

  private long pause() {
    return Math.max(chain.blockTime().toNanos(), LEAST_PAUSE_NANOS);
  }

  private long most(int blocks, long least) {
    return Math.max(blocks * chain.blockTime().toNanos(), least);
  }

  private boolean isLive() {
    return streams.carries(Topic.Kind.HEADS) && streams.isLive(Topic.heads());
  }

  private boolean isOfUse() {
    return isLive()
        && streamed != null
        && !behind
        && context.now - streamedNanos < MUTE_BLOCKS * pause();
  }

  /** Asks nodes, unless that is being done. */
  void ask() {
    if (asking || closed) {
      return;
    }
    asking = true;
    calls.perform(
        chain::head,
        outcome -> {
          asking = false;
          if (outcome instanceof Outcome.Answer<Block> a) {
            compare(a.value());
            hear(a.value());
          } else {
            context.failed("head", outcome);
          }
        });
  }

  /** Nodes tell of a head, which a stream that is of use told as well, or will in a moment. */
  private void compare(Block head) {
    long way = 1 + WAY_NANOS / pause();
    behind = streamed != null && head.number() > streamed.number() + way;
  }

  /** A stream tells of a head. */
  void streamed(Block head) {
    if (!head.equals(streamed)) {
      streamed = head;
      streamedNanos = context.now;
    }
    hear(head);
  }

  /** There is a connection, or none any more. */
  void connection() {
    streamed = null;
    behind = false;
    ask();
  }

  private void hear(Block head) {
    if (!closed) {
      heard = true;
      heardNanos = context.now;
      told.accept(head);
    }
  }

  /** Whether a head was ever told. */
  boolean hasHeard() {
    return heard;
  }

  /** How long nobody has told of a head, in words, where that is too long; null where it is not. */
  @Nullable String silence() {
    long silent = context.now - heardNanos;
    return silent <= most(SILENT_BLOCKS, LEAST_SILENCE_NANOS)
        ? null
        : "the chain was not heard for " + silent / 1_000_000_000 + " s";
  }
}
