package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.amm.anvil.RandomPools.V3Pool;
import dev.colibri.connector.amm.v3.V3State;
import dev.colibri.connector.amm.v3.V3Tick;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Writes the file of quotes that tests without a chain compare with: what the contracts of both
 * families said, and the states of the pools that they said it of. Its arguments are the file and a
 * seed.
 */
final class GoldenQuotes {
  private static final int ROUNDS = 3;
  private static final int QUOTES_A_POOL = 20;

  private GoldenQuotes() {}

  /** One question: which way, whether the amount is what goes in, and the amount. */
  private record Asked(boolean down, boolean exactIn, BigInteger amount) {}

  public static void main(String[] arguments) throws IOException {
    SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[1]));
    try (Contracts.Chain chain = Contracts.start();
        PrintWriter file =
            new PrintWriter(
                Files.newBufferedWriter(Path.of(arguments[0]), StandardCharsets.UTF_8))) {
      file.print(
          "# Written by GoldenQuotes from the QuoterV2 contracts, seed "
              + arguments[1]
              + ".\n"
              + "# pool fee spacing root tick liquidity, tick index gross net,\n"
              + "# quote zeroForOne exactIn amount answer rootAfter; none for refused.\n");
      RandomPools pools = new RandomPools(chain, random.split());
      for (int round = 0; round < ROUNDS; round++) {
        if (round > 0) {
          pools.change();
        }
        for (V3Pool pool : pools.v3) {
          write(file, pool.state);
          List<Asked> asked = new ArrayList<>();
          for (int i = 0; i < QUOTES_A_POOL; i++) {
            boolean down = random.nextBoolean();
            boolean exactIn = random.nextBoolean();
            BigInteger amount =
                random.nextInt(10) == 0
                    ? BigInteger.valueOf(random.nextInt(1, 2_000))
                    : pools.amount(pool, down, exactIn);
            asked.add(new Asked(down, exactIn, amount));
          }
          ask(chain, pools.block, pool, asked, file);
        }
      }
    }
  }

  private static void write(PrintWriter file, V3State s) {
    file.print(
        "pool "
            + s.feePips()
            + " "
            + s.ticks().tickSpacing()
            + " "
            + s.sqrtPriceX96()
            + " "
            + s.tick()
            + " "
            + s.liquidity()
            + "\n");
    for (V3Tick t : s.ticks().list()) {
      file.print("tick " + t.index() + " " + t.liquidityGross() + " " + t.liquidityNet() + "\n");
    }
  }

  private static void ask(
      Contracts.Chain chain, long block, V3Pool pool, List<Asked> asked, PrintWriter file) {
    String quoter = chain.at(pool.isPancake ? Contracts.PANCAKE_V3_QUOTER : Contracts.V3_QUOTER);
    List<Rpc.Answer> answers =
        chain.rpc.batch(
            asked.stream()
                .map(
                    q ->
                        Rpc.viewing(
                            Rpc.hex(block),
                            quoter,
                            Abi.call(
                                (q.exactIn ? "quoteExactInputSingle" : "quoteExactOutputSingle")
                                    + "((address,address,uint256,uint24,uint160))",
                                List.of(
                                    q.down ? pool.token0 : pool.token1,
                                    q.down ? pool.token1 : pool.token0,
                                    q.amount,
                                    pool.fee,
                                    0))))
                .toList());
    for (int i = 0; i < asked.size(); i++) {
      Asked q = asked.get(i);
      Rpc.Answer answer = answers.get(i);
      String said = "none";
      if (answer.refusal() == null) {
        Abi.Values values = Abi.decode("(uint256,uint160)", Rpc.bytes(answer.value()));
        said = values.number(0) + " " + values.number(1);
      }
      file.print("quote " + q.down + " " + q.exactIn + " " + q.amount + " " + said + "\n");
    }
  }
}
