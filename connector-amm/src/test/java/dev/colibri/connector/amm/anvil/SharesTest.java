package dev.colibri.connector.amm.anvil;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.amm.v2.V2Fees;
import dev.colibri.connector.amm.v2.V2State;
import java.math.BigInteger;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shares of real pairs whose protocol takes its part, through deposits, withdrawals and swaps. */
@Timeout(600)
class SharesTest {
  private static final BigInteger FAR = BigInteger.valueOf(4_102_444_800L);
  private static final String PROTOCOL = "0x00000000000000000000000000000000000fee70";
  private static final int ROUNDS = 24;

  @Test
  void shares_are_those_of_the_pairs_and_so_is_what_the_protocol_gets() {
    try (Contracts.Chain chain = Contracts.start()) {
      BigInteger uniswap =
          tried(chain, Contracts.V2_FACTORY, Contracts.V2_ROUTER, new V2Fees(997, 1000, 1, 6));
      BigInteger pancake =
          tried(
              chain,
              Contracts.PANCAKE_V2_FACTORY,
              Contracts.PANCAKE_V2_ROUTER,
              // The core in the package is its first version, whose protocol gets a quarter; the
              // one
              // that trades today gets 8 of 25.
              new V2Fees(9975, 10_000, 1, 4));
      assertTrue(uniswap.signum() > 0 && pancake.signum() > 0, "the protocol got nothing");
    }
  }

  /** Tells how many shares the protocol got. */
  private static BigInteger tried(
      Contracts.Chain chain, Contracts factory, Contracts router, V2Fees fees) {
    Anvil anvil = chain.anvil;
    SplittableRandom random = new SplittableRandom(61);
    anvil.send(chain.at(factory), "setFeeTo(address)", PROTOCOL);
    List<String> tokens =
        Stream.of(Contracts.ALPHA, Contracts.BETA).map(chain::at).sorted().toList();
    for (String token : tokens) {
      anvil.send(token, "approve(address,uint256)", chain.at(router), Contracts.MAX);
    }
    anvil.send(chain.at(factory), "createPair(address,address)", tokens.get(0), tokens.get(1));
    String pair =
        chain.rpc.address(
            chain.at(factory), "getPair(address,address)", tokens.get(0), tokens.get(1));
    anvil.send(pair, "approve(address,uint256)", chain.at(router), Contracts.MAX);
    V2State state = read(chain, pair, fees);
    for (int i = 0; i < ROUNDS; i++) {
      int what = i == 0 ? 0 : random.nextInt(4);
      if (what == 0) {
        BigInteger most0 = BigInteger.valueOf(random.nextLong(1L << 40, 1L << 60));
        BigInteger most1 = BigInteger.valueOf(random.nextLong(1L << 40, 1L << 60));
        anvil.send(
            chain.at(router),
            "addLiquidity(address,address,uint256,uint256,uint256,uint256,address,uint256)",
            tokens.get(0),
            tokens.get(1),
            most0,
            most1,
            0,
            0,
            anvil.rich,
            FAR);
        state = state.fit(most0, most1).after();
      } else if (what == 1) {
        BigInteger shares =
            chain
                .rpc
                .view(pair, "balanceOf(address)", "(uint256)", anvil.rich)
                .number(0)
                .shiftRight(random.nextInt(1, 6));
        anvil.send(
            chain.at(router),
            "removeLiquidity(address,address,uint256,uint256,uint256,address,uint256)",
            tokens.get(0),
            tokens.get(1),
            shares,
            0,
            0,
            anvil.rich,
            FAR);
        state = state.withdraw(shares).after();
      } else {
        boolean down = random.nextBoolean();
        BigInteger in =
            (down ? state.reserve0() : state.reserve1()).shiftRight(random.nextInt(1, 8));
        anvil.send(
            chain.at(router),
            "swapExactTokensForTokens(uint256,uint256,address[],address,uint256)",
            in,
            0,
            down ? tokens : List.of(tokens.get(1), tokens.get(0)),
            anvil.rich,
            FAR);
        state = state.exactIn(down, in).after();
      }
      assertEquals(read(chain, pair, fees), state, router + ", round " + i + ", kind " + what);
    }
    return chain.rpc.view(pair, "balanceOf(address)", "(uint256)", PROTOCOL).number(0);
  }

  private static V2State read(Contracts.Chain chain, String pair, V2Fees fees) {
    Abi.Values reserves = chain.rpc.view(pair, "getReserves()", "(uint112,uint112,uint32)");
    return new V2State(
        fees,
        reserves.number(0),
        reserves.number(1),
        chain.rpc.view(pair, "totalSupply()", "(uint256)").number(0),
        true,
        chain.rpc.view(pair, "kLast()", "(uint256)").number(0));
  }
}
