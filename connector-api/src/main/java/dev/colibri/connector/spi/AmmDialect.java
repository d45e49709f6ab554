package dev.colibri.connector.spi;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.Token;
import java.util.List;

/**
 * How one automated market maker speaks on a chain. No clock, no socket, no thread.
 *
 * <p>What not every one of them has are further interfaces: {@link SwapRouter}, {@link
 * PoolLiquidity}, {@link ConcentratedLiquidity}. A dialect implements what its market maker can do.
 */
public interface AmmDialect {

  /** As in {@code uniswap-v3}; unique on its chain. */
  String name();

  /** Every pool there is of two tokens. */
  Call<List<Pool>> pools(Token a, Token b);

  /** The pool at an address, by what its contract says. */
  Call<Pool> pool(String address);

  /**
   * What pools hold at the end of a block. One that cannot be read is reported to {@code rows} and
   * left out.
   */
  Call<List<PoolState>> states(List<Pool> pools, Block at, BadRows rows);
}
