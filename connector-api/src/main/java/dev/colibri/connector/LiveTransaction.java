package dev.colibri.connector;

import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.model.TransactionStatus;
import dev.colibri.connector.spi.Receipt;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Something that the wallet does on its chain, as it stands now. It has one nonce, and so at most
 * one effect, however often it is sent and at whatever price. Every method may be called from any
 * thread.
 *
 * @param <T> what it results in
 */
public final class LiveTransaction<T> {
  private final AmmConnector connector;
  private final Stage<T> done;
  private volatile TransactionState state;

  /** Reads what it did; set when it is known how it is done. Used while the engine is held. */
  private @Nullable Function<? super Receipt, ? extends T> reader;

  LiveTransaction(AmmConnector connector, TransactionState state, Stage<T> done) {
    this.connector = connector;
    this.state = state;
    this.done = done;
  }

  void reader(Function<? super Receipt, ? extends T> reader) {
    this.reader = reader;
  }

  void moveTo(TransactionState next, @Nullable Receipt receipt) {
    state = next;
    if (!next.status().isTerminal()) {
      return;
    }
    if (next.status() != TransactionStatus.CONFIRMED) {
      fail(next.toString());
    } else if (reader == null || receipt == null) {
      fail("it is done, and what it did was for an earlier process to read: " + next);
    } else {
      T result;
      try {
        result = reader.apply(receipt);
      } catch (RuntimeException e) {
        fail("it is done, and what it did cannot be read (" + e.getMessage() + "): " + next);
        return;
      }
      done.succeed(result);
    }
  }

  void fail(String why) {
    done.fail(new VenueException(why));
  }

  /** Everything that is known at this moment. */
  public TransactionState state() {
    return state;
  }

  /** Ours, unique within the wallet; of a swap, the client id of its order. */
  public String id() {
    return state.id();
  }

  public TransactionStatus status() {
    return state.status();
  }

  /** Of everything that was signed for it, the latest last; empty before. */
  public List<String> hashes() {
    return state.hashes();
  }

  /**
   * Pays more for it: signs it again with the same nonce at a higher price of gas. Nothing happens
   * where it does not wait in front of the chain, or where that would cost more than is allowed.
   */
  public void bump() {
    connector.bump(id());
  }

  /**
   * Has nothing done in its place, if it can still be had: one of both is carried out, and only the
   * chain says which. What was not signed yet is refused at once.
   */
  public void cancel() {
    connector.cancelTransaction(id());
  }

  /**
   * Gives up finding out what became of it, where nodes say that its nonce is used and none shows
   * by what. It becomes {@link TransactionStatus#DISMISSED}, and a swap's order with it. Whether it
   * was carried out is for you to find out. Nothing happens when it is over.
   *
   * @param why kept, and told with the state
   * @throws IllegalStateException when nothing of it was signed, it is in a block, or it may still
   *     be carried out for all that nodes tell
   */
  public void dismiss(String why) {
    connector.dismissTransaction(this, why, false);
  }

  /**
   * The same of one that may still be carried out: it was signed, and whoever has its bytes can
   * have them mined as long as its nonce is not used. <b>Whatever is done in its place may be done
   * twice.</b> {@link #cancel} is better wherever the wallet can pay for it.
   *
   * @param why kept, and told with the state
   * @throws IllegalStateException when nothing of it was signed, or it is in a block
   */
  public void dismissThoughItMayHappen(String why) {
    connector.dismissTransaction(this, why, true);
  }

  /**
   * Completes on the strategy thread with what it did, by the receipt's logs, as soon as that is as
   * deep in the chain as is wanted. Fails when it failed there, was replaced, was never signed, or
   * when the connector was closed first; {@link #state} tells which.
   */
  public CompletableFuture<T> done() {
    return done;
  }

  @Override
  public String toString() {
    return state.toString();
  }
}
