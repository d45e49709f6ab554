package dev.colibri.connector.engine;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.spi.ChainDialect;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The chain as its latest block proves it: every block kept is the parent, by its hash, of the one
 * above. Which node told a block does not matter therefore, nor what another believes: one that is
 * behind, or on a branch that was left, cannot put a block among these.
 *
 * <p>A block that is lower than the latest changes nothing, unless nothing else is told. One that
 * is as high or higher is the latest as soon as the blocks between are known.
 */
final class Heads {
  /** How many blocks are kept, and asked for, at the most. */
  static final int MOST = 256;

  private static final int ATTEMPTS = 4;

  /** So many heads in a row that are lower say that what is taken for the latest never was. */
  private static final int MOST_LOWER = 20;

  private final Context context;
  private final Calls calls;
  private final ChainDialect chain;
  private final Runnable moved;
  private final TreeMap<Long, Block> linked = new TreeMap<>();

  /** What is to be linked, downwards from a head; empty while there is none. */
  private final ArrayDeque<Block> branch = new ArrayDeque<>();

  /** A head that came while another was being linked. */
  private @Nullable Block next;

  /** The lowest block that somebody asked for. */
  private long wanted = Long.MAX_VALUE;

  private boolean deepening;
  private int lower;
  private long looks;

  /**
   * No block yet.
   *
   * @param moved told when there is another latest block, or more below
   */
  Heads(Context context, Calls calls, ChainDialect chain, Runnable moved) {
    this.context = context;
    this.calls = calls;
    this.chain = chain;
    this.moved = moved;
  }

  /** The latest block; null before the first. */
  @Nullable Block tip() {
    return linked.isEmpty() ? null : linked.lastEntry().getValue();
  }

  /** How often there was another latest block, or more below. */
  long looks() {
    return looks;
  }

  private void moved() {
    looks++;
    moved.run();
  }

  /** The block of a height that the latest one stands on; null where it is not known. */
  @Nullable Block at(long number) {
    return linked.get(number);
  }

  /** Whether a height is too far down to be looked at through every block above. */
  boolean isTooDeep(long number) {
    Block tip = tip();
    return tip != null && tip.number() - number >= MOST;
  }

  /** Forgets all but the latest: nothing below matters. */
  void rest() {
    while (linked.size() > 1) {
      linked.pollFirstEntry();
    }
    wanted = Long.MAX_VALUE;
  }

  /** Learns what is below, down to a height. */
  void reach(long number) {
    if (!isTooDeep(number)) {
      wanted = Math.min(wanted, number);
      deepen();
    }
  }

  /** A node tells what it thinks is the latest block. */
  void head(Block head) {
    Block tip = tip();
    Block same = linked.get(head.number());
    boolean isLower = tip != null && head.number() < tip.number();
    lower = isLower ? lower + 1 : 0;
    if (lower >= MOST_LOWER) {
      linked.clear();
      lower = 0;
    } else if (isLower || same != null && same.hash().equals(head.hash())) {
      return;
    }
    if (!branch.isEmpty()) {
      if (next == null || next.number() <= head.number()) {
        next = head;
      }
      return;
    }
    branch.add(head);
    link(0);
  }

  private void link(int attempt) {
    Block low = branch.getLast();
    Block below = linked.get(low.number() - 1);
    boolean on = below != null && below.hash().equals(low.parent());
    boolean under = !linked.isEmpty() && low.number() - 1 < linked.firstKey();
    if (on || under || linked.size() <= 1 || branch.size() >= MOST) {
      adopt(on);
      return;
    }
    ask(
        low,
        parent -> {
          if (parent != null) {
            branch.addLast(parent);
            link(0);
          } else if (attempt < ATTEMPTS) {
            context.timers.set(
                context.now + context.backoff(attempt),
                () -> {
                  if (!branch.isEmpty()) {
                    link(attempt + 1);
                  }
                });
          } else {
            branch.clear();
            goOn();
          }
        });
  }

  private void adopt(boolean on) {
    Block low = branch.getLast();
    if (on) {
      linked.tailMap(low.number(), true).clear();
    } else {
      linked.clear();
    }
    branch.forEach(b -> linked.put(b.number(), b));
    branch.clear();
    while (linked.size() > MOST) {
      linked.pollFirstEntry();
    }
    deepen();
    moved();
    goOn();
  }

  private void goOn() {
    Block head = next;
    next = null;
    if (head != null) {
      head(head);
    }
  }

  private void deepen() {
    if (deepening || linked.isEmpty() || linked.firstKey() <= wanted || linked.size() >= MOST) {
      return;
    }
    deepening = true;
    Block low = linked.firstEntry().getValue();
    ask(
        low,
        parent -> {
          deepening = false;
          boolean same = !linked.isEmpty() && linked.firstEntry().getValue().equals(low);
          if (parent != null && same) {
            linked.put(parent.number(), parent);
            if (parent.number() <= wanted) {
              moved();
            }
          }
          if (parent != null || !same) {
            // Where no node tells it now, the next head asks again.
            deepen();
          }
        });
  }

  private interface Told {
    void block(@Nullable Block parent);
  }

  /** The parent of a block: told null where no answer came that is it. */
  private void ask(Block child, Told told) {
    calls.perform(
        () -> chain.block(child.number() - 1),
        outcome -> {
          Block parent =
              outcome instanceof Outcome.Answer<Optional<Block>> a ? a.value().orElse(null) : null;
          boolean right = parent != null && parent.hash().equals(child.parent());
          told.block(right ? parent : null);
        });
  }
}
