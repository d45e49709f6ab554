package dev.colibri.connector.testkit.conformance;

import dev.colibri.connector.AmmConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.spi.AmmVenue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A chain of its own for one card of {@link AmmConformance}, with a market maker's contracts, and a
 * connector to it with a journal, that is ready and watches the pools. The wallet has coins for gas
 * and of base and quote a thousand times {@link #size}; of the token beyond it has none.
 */
public interface AmmBench extends AutoCloseable {
  /** The connector; another one after {@link #restart}. */
  AmmConnector connector();

  Colibri colibri();

  /** What the connector was opened from. */
  AmmVenue venue();

  Token base();

  Token quote();

  /** What only a way through two pools leads to from the base; null where there is none. */
  @Nullable Token beyond();

  /** A pool of base and quote, which is watched. */
  Pool pool();

  /** Base units that are little for the pool: they move its price by less than a per cent. */
  BigDecimal size();

  /** The contract that swaps let take tokens. */
  String spender();

  /**
   * Waits, as long as is sensible.
   *
   * @throws AssertionError when it does not come to hold
   */
  void until(BooleanSupplier holds);

  /** Lets time pass. */
  void pass(Duration time);

  /** Whether blocks are made by themselves; at first they are. */
  void mining(boolean on);

  /**
   * Makes the base worth at least three per cent less: somebody sells some, in front of whatever
   * waits for a block.
   */
  void cheapen();

  /** Whether no node can be reached. */
  void cut(boolean cut);

  /** What the wallet has, by the chain's own word; the chain's own asset too. */
  BigInteger held(Token token);

  /** How many transactions of the wallet are in the chain, by its own word. */
  long nonce();

  /** Whether a transaction waits for a block, by the chain's own word. */
  boolean isWaiting(String hash);

  /** The process is killed, and another one begins with its journal, not ready yet. */
  void restart();

  /** What the present process was told of orders. */
  List<OrderEvent> orders();

  /** What the present process was told beside that. */
  List<ConnectorEvent> events();

  @Override
  void close();
}
