package dev.colibri.connector.amm.contracts;

import static dev.colibri.connector.amm.contracts.Samples.A;
import static dev.colibri.connector.amm.contracts.Samples.B;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.amm.evm.Abi;
import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.EvmChain;
import dev.colibri.connector.amm.evm.EvmNetwork;
import dev.colibri.connector.amm.evm.Talk;
import dev.colibri.connector.amm.v3.TickMath;
import dev.colibri.connector.amm.v3.V3Pool;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolState;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What of pools is read again at each block, and what is believed to be as it was. */
class V3LoaderTest {
  private static final AbiFunction BITMAP = AbiFunction.of("tickBitmap(int16 word)");
  private static final AbiFunction TICKS = AbiFunction.of("ticks(int24 tick)");
  private static final Abi TICK = Abi.of("(uint128,int128,uint256,uint256)");
  private static final Abi WORD = Abi.of("(uint256)");
  private static final int SPACING = 60;
  private static final BigInteger LIQUIDITY = BigInteger.TEN.pow(12);

  private final ToldContracts contracts = new ToldContracts();
  private final EvmChain chain =
      (EvmChain)
          EvmChain.on(
                  EvmNetwork.of("test", DialectTest.CHAIN, "ETH")
                      .known(
                          "multicall3",
                          Address.of("0xcA11bde05977b3631167028862bE2a173976CA11"),
                          "")
                      .nodes("https://node.example"),
                  null)
              .dialect();
  private final Talk talk = new Talk(chain, contracts);
  private final V3Loader loader = new V3Loader(chain);
  private final List<String> bad = new ArrayList<>();
  private final List<Pool> pools = new ArrayList<>();
  private final Map<Pool, TreeMap<Integer, Integer>> nets = new LinkedHashMap<>();

  /** Pools that the present block's logs name. */
  private final Set<Pool> changed = new LinkedHashSet<>();

  private boolean lies;
  private boolean mute;
  private int askedLogs;
  private Block at = block(100, "a", "a");

  private static Block block(long number, String branch, String parentBranch) {
    return new Block(number, hash(number, branch), hash(number - 1, parentBranch), 0);
  }

  private static String hash(long number, String branch) {
    return "0x" + branch.repeat(60) + (1000 + number);
  }

  V3LoaderTest() {
    contracts.logs =
        p -> {
          askedLogs++;
          if (mute) {
            return "\"error\":{\"code\":-32601,\"message\":\"no such method\"}";
          }
          assertEquals(at.hash(), p.text("blockHash"));
          // Mint and Burn, as every V3 pool logs them.
          assertEquals(
              "[[\"0x7a53080ba414158be7ec69b987b5fb7d07dee101fe85488f0853ae16239d0bde\","
                  + "\"0x0c396cd989a39f4459b5fa1aed6a9a8dcdbc45908acfd67e028cd568da98982c\"]]",
              p.get("topics").toString());
          List<String> logs = new ArrayList<>();
          for (Pool pool : lies ? List.<Pool>of() : List.copyOf(changed)) {
            logs.add(
                "{\"address\":\"%s\",\"blockHash\":\"%s\",\"topics\":[],\"data\":\"0x\"}"
                    .formatted(pool.address(), at.hash()));
          }
          return "\"result\":[" + String.join(",", logs) + "]";
        };
  }

  /** Makes pools of 20 ticks, which are 2 + 3 + 20 questions each. */
  private void pools(int count) {
    for (int i = 0; i < count; i++) {
      Address address = Address.of("0x" + "0".repeat(35) + (10_000 + i));
      Pool pool = new Pool("v3", address.toString(), A, B, 3000, SPACING);
      pools.add(pool);
      nets.put(pool, new TreeMap<>());
      for (int word = -5; word <= 5; word++) {
        word(pool, word, BigInteger.ZERO);
      }
      for (int tick = 1; tick <= 10; tick++) {
        set(pool, tick, -1);
        set(pool, -tick, 1);
      }
      price(pool, 0);
    }
  }

  private static Address address(Pool pool) {
    return Address.of(pool.address());
  }

  private void price(Pool pool, int tick) {
    contracts.on(
        address(pool),
        "slot0()",
        "(uint160,int24,uint16,uint16,uint16,uint8,bool)",
        TickMath.sqrtRatio(tick),
        tick,
        0,
        1,
        1,
        0,
        true);
    contracts.on(address(pool), "liquidity()", "(uint128)", LIQUIDITY);
  }

  /** Sets what a tick holds, in tick spacings; 0 for nothing. */
  private void set(Pool pool, int compressed, int net) {
    TreeMap<Integer, Integer> of = nets.get(pool);
    if (net == 0) {
      of.remove(compressed);
    } else {
      of.put(compressed, net);
    }
    changed.add(pool);
    BigInteger bits = BigInteger.ZERO;
    for (int tick : of.keySet()) {
      bits = tick >> 8 == compressed >> 8 ? bits.setBit(tick & 255) : bits;
    }
    word(pool, compressed >> 8, bits);
    contracts.on(
        address(pool), TICKS, List.of(compressed * SPACING), TICK.encode(Math.abs(net), net, 0, 0));
  }

  private void word(Pool pool, int word, BigInteger bits) {
    contracts.on(address(pool), BITMAP, List.of(word), WORD.encode(bits));
  }

  /** Reads all of them at the present block, as they are. */
  private int read() {
    int before = contracts.asked;
    List<PoolState> states =
        talk.value(loader.states(pools, at, (row, e) -> bad.add(e.getMessage())));
    assertEquals(pools, states.stream().map(PoolState::pool).toList());
    for (PoolState state : states) {
      V3Pool pool = (V3Pool) state;
      assertEquals(at, pool.block());
      Map<Integer, Integer> told = new TreeMap<>();
      pool.state()
          .ticks()
          .list()
          .forEach(t -> told.put(t.index() / SPACING, t.liquidityNet().intValue()));
      assertEquals(nets.get(pool.pool()), told, pool.pool() + " at " + at);
    }
    changed.clear();
    return contracts.asked - before;
  }

  private void next() {
    at = block(at.number() + 1, "a", "a");
  }

  @Test
  void little_is_read_whole_each_time() {
    pools(8);
    read();
    next();
    assertEquals(8 * 25, read());
    assertEquals(0, askedLogs);
  }

  @Test
  void of_much_only_the_price_is_read_again_while_no_log_tells_of_more() {
    pools(20);
    read();
    next();
    assertEquals(20 * 2, read());
    next();
    set(pools.get(3), 5, -7);
    set(pools.get(4), 5, 0);
    set(pools.get(5), 6, -3);
    set(pools.get(5), 70, -3);
    assertEquals(17 * 2 + 25 + 25 + 26, read());
    assertEquals(List.of(), bad);
  }

  @Test
  void after_a_fork_or_a_gap_all_is_read() {
    pools(20);
    read();
    Block left = at;
    next();
    set(pools.get(3), 5, -7);
    assertEquals(19 * 2 + 25, read());
    // The same height again, of another branch: what was there came from a block that is not.
    at = new Block(at.number(), hash(at.number(), "b"), left.hash(), 0);
    set(pools.get(3), 5, -1);
    lies = true;
    assertTrue(read() >= 20 * 25);
    at = block(at.number() + 2, "b", "b");
    set(pools.get(7), 5, -7);
    assertTrue(read() >= 20 * 25);
    assertEquals(List.of(), bad);
  }

  @Test
  void a_price_that_moves_is_followed_by_the_words_about_it() {
    pools(20);
    read();
    next();
    price(pools.get(2), 40_000);
    nets.get(pools.get(2)).clear();
    int asked = read();
    assertTrue(asked > 20 * 2 && asked < 20 * 2 + 10, asked + " questions");
  }

  @Test
  void nodes_that_tell_no_logs_are_asked_once() {
    pools(20);
    mute = true;
    read();
    for (int i = 0; i < 5; i++) {
      next();
      set(pools.get(i), 5, -7 - i);
      assertEquals(20 * 25, read());
    }
    assertEquals(1, askedLogs);
    assertEquals(List.of(), bad);
  }

  @Test
  void logs_that_leave_something_out_are_found_out_and_not_believed_any_more() {
    pools(20);
    read();
    int wrong = 0;
    for (int i = 0; i < 60; i++) {
      next();
      lies = true;
      if (i == 10) {
        set(pools.get(3), 5, -7);
      }
      try {
        read();
      } catch (AssertionError e) {
        wrong++;
        changed.clear();
      }
    }
    assertTrue(wrong <= 20, wrong + " blocks");
    assertEquals(List.of("its ticks changed, and no log told of it"), bad);
    next();
    assertEquals(20 * 25, read());
  }

  @Test
  void whatever_happens_states_are_those_of_the_chain() {
    SplittableRandom random = new SplittableRandom(9);
    pools(15);
    for (int i = 0; i < 60; i++) {
      for (int n = random.nextInt(3); n > 0; n--) {
        Pool pool = pools.get(random.nextInt(pools.size()));
        int tick = random.nextInt(1, 90);
        set(pool, tick, -random.nextInt(3));
      }
      read();
      if (random.nextInt(10) == 0) {
        at = block(at.number() + 3, "a", "a");
      } else {
        next();
      }
    }
    assertEquals(List.of(), bad);
  }
}
