package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.AbiValues;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.ContractCall;
import dev.colibri.connector.amm.evm.EvmChain;
import dev.colibri.connector.amm.v3.TickMath;
import dev.colibri.connector.amm.v3.V3Pool;
import dev.colibri.connector.amm.v3.V3State;
import dev.colibri.connector.amm.v3.V3Tick;
import dev.colibri.connector.amm.v3.V3Ticks;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the states of V3 pools: the price, and the initialised ticks around it as far as swaps are
 * to be reckoned. All of it is of one block.
 *
 * <p>A pool that is read for the first time takes three questions one after the other: for its
 * price, for the words of its bitmap about that, and for the ticks that they name. What is read
 * again is asked for all that was found before at once; only where the price has left the words, or
 * a tick is new, another question follows.
 */
final class V3Loader {
  static final AbiFunction SLOT_0 =
      AbiFunction.of(
          "slot0()(uint160 sqrtPriceX96, int24 tick, uint16 observationIndex, uint16"
              + " observationCardinality, uint16 observationCardinalityNext, uint32 feeProtocol,"
              + " bool unlocked)");
  static final AbiFunction TICKS =
      AbiFunction.of(
          "ticks(int24 tick)(uint128 liquidityGross, int128 liquidityNet, uint256"
              + " feeGrowthOutside0X128, uint256 feeGrowthOutside1X128)");
  private static final AbiFunction LIQUIDITY = AbiFunction.of("liquidity()(uint128 liquidity)");
  private static final AbiFunction BITMAP = AbiFunction.of("tickBitmap(int16 word)(uint256 bits)");

  /** How far from the price ticks are read, to either side: to half of it, and twice. */
  private static final int REACH = 7_000;

  /** A question is one of these for each of the pools, and at the most this many follow it. */
  private static final int MOST_ROUNDS = 4;

  /** Of how many pools it is remembered where their ticks were. */
  private static final int MOST_REMEMBERED = 512;

  private final EvmChain chain;

  /** What was found last, by the pool's address: oldest first. */
  private final Map<String, Found> remembered = new LinkedHashMap<>();

  V3Loader(EvmChain chain) {
    this.chain = chain;
  }

  Call<List<PoolState>> states(List<Pool> pools, Block at, BadRows rows) {
    List<Found> all = new ArrayList<>();
    for (Pool pool : pools) {
      all.add(new Found(pool, remembered.get(pool.address())));
    }
    return round(all, at, MOST_ROUNDS)
        .map(
            done -> {
              List<PoolState> states = new ArrayList<>();
              for (Found found : all) {
                try {
                  states.add(found.state(at));
                  remember(found);
                } catch (TextException | IllegalArgumentException e) {
                  rows.bad(found.pool.toString(), e);
                }
              }
              return List.copyOf(states);
            });
  }

  private void remember(Found found) {
    remembered.remove(found.pool.address());
    remembered.put(found.pool.address(), found.forNextTime());
    if (remembered.size() > MOST_REMEMBERED) {
      remembered.remove(remembered.keySet().iterator().next());
    }
  }

  private Call<Boolean> round(List<Found> all, Block at, int left) {
    List<ContractCall> calls = new ArrayList<>();
    List<BiConsumer<Integer, List<ContractCall.Result>>> readers = new ArrayList<>();
    for (Found found : all) {
      found.ask(calls, readers);
    }
    if (calls.isEmpty() || left == 0) {
      return Call.of(true);
    }
    return chain
        .read(calls, at)
        .then(
            results -> {
              for (int i = 0; i < results.size(); i++) {
                readers.get(i).accept(i, results);
              }
              return round(all, at, left - 1);
            });
  }

  /** What is known of one pool at the block. */
  private static final class Found {
    private final Pool pool;
    private final Address address;
    private @Nullable AbiValues slot0;
    private @Nullable BigInteger liquidity;
    private final TreeMap<Integer, BigInteger> words = new TreeMap<>();
    private final TreeMap<Integer, AbiValues> ticks = new TreeMap<>();

    /** What was there the last time, to be asked for at once; used up by the first question. */
    private @Nullable Found before;

    private @Nullable TextException problem;

    Found(Pool pool, @Nullable Found before) {
      this.pool = pool;
      this.before = before;
      address = Address.of(pool.address());
    }

    /** Only where things are, and within reach: what they were is of no use at another block. */
    Found forNextTime() {
      before = null;
      words.keySet().removeIf(word -> word < fromWord() || word > toWord());
      ticks.keySet().retainAll(initialised());
      return this;
    }

    void ask(
        List<ContractCall> calls, List<BiConsumer<Integer, List<ContractCall.Result>>> readers) {
      if (problem != null) {
        return;
      }
      if (slot0 == null) {
        add(calls, readers, ContractCall.of(address, SLOT_0), v -> slot0 = v);
        add(
            calls,
            readers,
            ContractCall.of(address, LIQUIDITY),
            v -> liquidity = v.number("liquidity"));
        if (before != null) {
          before.words.keySet().forEach(word -> askWord(calls, readers, word));
          before.ticks.keySet().forEach(tick -> askTick(calls, readers, tick));
          before = null;
        }
        return;
      }
      for (int word = fromWord(); word <= toWord(); word++) {
        if (!words.containsKey(word)) {
          askWord(calls, readers, word);
        }
      }
      for (int tick : initialised()) {
        if (!ticks.containsKey(tick)) {
          askTick(calls, readers, tick);
        }
      }
    }

    private void askWord(
        List<ContractCall> calls,
        List<BiConsumer<Integer, List<ContractCall.Result>>> readers,
        int word) {
      add(
          calls,
          readers,
          ContractCall.of(address, BITMAP, word),
          v -> words.put(word, v.number("bits")));
    }

    private void askTick(
        List<ContractCall> calls,
        List<BiConsumer<Integer, List<ContractCall.Result>>> readers,
        int tick) {
      add(calls, readers, ContractCall.of(address, TICKS, tick), v -> ticks.put(tick, v));
    }

    private void add(
        List<ContractCall> calls,
        List<BiConsumer<Integer, List<ContractCall.Result>>> readers,
        ContractCall call,
        Consumer<AbiValues> reader) {
      calls.add(call);
      readers.add(
          (i, results) -> {
            try {
              reader.accept(results.get(i).values());
            } catch (TextException e) {
              problem = e;
            }
          });
    }

    private int tick() {
      return slot0 == null ? 0 : slot0.intValue("tick");
    }

    /** How many words are read to either side of the price's own. */
    private int reach() {
      int ticks = V3Ticks.WORD_BITS * pool.tickSpacing();
      return (REACH + ticks - 1) / ticks;
    }

    private int fromWord() {
      return Math.max(
          V3Ticks.wordOf(tick(), pool.tickSpacing()) - reach(),
          V3Ticks.firstWord(pool.tickSpacing()));
    }

    private int toWord() {
      return Math.min(
          V3Ticks.wordOf(tick(), pool.tickSpacing()) + reach(),
          V3Ticks.lastWord(pool.tickSpacing()));
    }

    /** The ticks that the words in reach name, as far as those were read. */
    private List<Integer> initialised() {
      List<Integer> all = new ArrayList<>();
      words
          .subMap(fromWord(), true, toWord(), true)
          .forEach((word, bits) -> all.addAll(V3Ticks.indices(pool.tickSpacing(), word, bits)));
      return all;
    }

    PoolState state(Block at) {
      if (problem != null) {
        throw problem;
      }
      if (slot0 == null || liquidity == null || slot0.number("sqrtPriceX96").signum() == 0) {
        throw new TextException(pool + " has no price yet");
      }
      List<V3Tick> known = new ArrayList<>();
      for (int tick : initialised()) {
        AbiValues told = ticks.get(tick);
        if (told == null || Math.abs(tick) > TickMath.MAX_TICK) {
          throw new TextException(pool + " names tick " + tick + ", and does not tell it");
        }
        known.add(V3Tick.of(tick, told.number("liquidityGross"), told.number("liquidityNet")));
      }
      return new V3Pool(
          pool,
          at,
          V3State.of(
              pool.feeMillionths(),
              slot0.number("sqrtPriceX96"),
              tick(),
              liquidity,
              V3Ticks.named(pool.tickSpacing(), fromWord(), toWord(), words, known)));
    }
  }
}
