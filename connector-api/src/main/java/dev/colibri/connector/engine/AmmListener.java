package dev.colibri.connector.engine;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.spi.Receipt;
import org.jspecify.annotations.Nullable;

/** What the engine of a wallet tells besides. */
public interface AmmListener extends EngineListener {

  /**
   * A transaction of the wallet moved on.
   *
   * @param receipt of what is in the chain; null while nothing is, and of what ended in an earlier
   *     process
   */
  void transaction(TransactionState state, @Nullable Receipt receipt);

  /** A pool as it was at the end of a block, once a block. */
  void pool(PoolState state);

  /** The chain has a new latest block. */
  void head(Block head);

  /** What the wallet holds of a token changed. */
  void holding(TokenAmount amount);
}
