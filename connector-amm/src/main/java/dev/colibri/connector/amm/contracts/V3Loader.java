package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.AbiEvent;
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
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 *
 * <p>Where that would take more than one question, logs are asked for first: ticks of a pool that
 * nobody gave liquidity to or took any from since the block before are as they were. It is believed
 * for some blocks only, and not after a fork or a gap; and never again, once ticks turn out to have
 * changed without a log.
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

  private static final AbiEvent MINT =
      AbiEvent.of(
          "Mint(address sender, address indexed owner, int24 indexed lower, int24 indexed upper,"
              + " uint128 amount, uint256 amount0, uint256 amount1)");
  private static final AbiEvent BURN =
      AbiEvent.of(
          "Burn(address indexed owner, int24 indexed lower, int24 indexed upper, uint128 amount,"
              + " uint256 amount0, uint256 amount1)");

  /** Whatever fits into one question is read whole each time. */
  private static final int ONE_QUESTION = 200;

  /** Of how many pools logs are asked for at once. */
  private static final int MOST_LOGGING = 100;

  /** For how many blocks ticks are as they were because no log told otherwise. */
  private static final int MOST_FOLLOWED = 20;

  /** How far from the price ticks are read, to either side: to half of it, and twice. */
  private static final int REACH = 7_000;

  /** A question is one of these for each of the pools, and at the most this many follow it. */
  private static final int MOST_ROUNDS = 4;

  /** Of how many pools it is remembered where their ticks were. */
  private static final int MOST_REMEMBERED = 512;

  private final EvmChain chain;

  /** What was found last, by the pool's address: oldest first. */
  private final Map<String, Found> remembered = new LinkedHashMap<>();

  private boolean believesLogs = true;

  /** Whether logs were asked for, and nothing came yet. */
  private boolean awaitsLogs;

  V3Loader(EvmChain chain) {
    this.chain = chain;
  }

  Call<List<PoolState>> states(List<Pool> pools, Block at, BadRows rows) {
    List<Found> all = new ArrayList<>();
    for (Pool pool : pools) {
      all.add(new Found(pool, remembered.get(pool.address())));
    }
    return changed(all, at)
        .then(
            changed -> {
              for (Found found : all) {
                found.follow(at, !changed.contains(found.address));
              }
              return round(all, at, MOST_ROUNDS);
            })
        .then(
            done -> {
              List<PoolState> states = new ArrayList<>();
              for (Found found : all) {
                try {
                  states.add(found.state(at));
                  remember(found);
                  if (found.isLiedTo()) {
                    rows.bad(
                        found.pool.toString(),
                        new TextException("its ticks changed, and no log told of it"));
                    believesLogs = false;
                    return states(pools, at, rows);
                  }
                } catch (TextException | IllegalArgumentException e) {
                  rows.bad(found.pool.toString(), e);
                }
              }
              return Call.of(List.copyOf(states));
            });
  }

  /** Those of which the ticks may be others than at the block before. */
  private Call<Set<Address>> changed(List<Found> all, Block at) {
    Set<Address> every = new LinkedHashSet<>();
    List<Address> followed = new ArrayList<>();
    int questions = 0;
    for (Found found : all) {
      every.add(found.address);
      if (found.isNextOfBefore(at)) {
        followed.add(found.address);
        questions += found.questions();
      }
    }
    // Who gave no answer the last time must not keep the pools from being read again.
    believesLogs &= !awaitsLogs;
    awaitsLogs = false;
    if (!believesLogs || questions <= ONE_QUESTION) {
      return Call.of(every);
    }
    awaitsLogs = true;
    every.removeAll(followed);
    List<Call<List<Receipt.Log>>> parts = new ArrayList<>();
    for (int i = 0; i < followed.size(); i += MOST_LOGGING) {
      List<Address> part = followed.subList(i, Math.min(i + MOST_LOGGING, followed.size()));
      parts.add(chain.logs(at, part, List.of(MINT, BURN)));
    }
    return Call.all(parts)
        .map(
            told -> {
              awaitsLogs = false;
              told.forEach(logs -> logs.forEach(log -> every.add(Address.of(log.address()))));
              return every;
            })
        .otherwise(
            fault -> {
              // Not every node tells logs: what is not told is not believed to be nothing.
              awaitsLogs = false;
              believesLogs = fault.kind().isPassing();
              every.addAll(followed);
              return Call.of(every);
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

    /** The block of all this, once it was read; and for how many ticks are as they were. */
    private @Nullable Block at;

    private int followed;

    /** What ticks and words should be that are read to see whether logs tell the truth. */
    private @Nullable Found expected;

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

    /** Whether it was read at the block before this one. */
    boolean isNextOfBefore(Block next) {
      Found last = before;
      return last != null && last.at != null && last.at.hash().equals(next.parent());
    }

    /** How many questions it takes to read it again. */
    int questions() {
      return before == null ? 0 : 2 + before.words.size() + before.ticks.size();
    }

    /**
     * Ticks are as they were, where nothing tells otherwise and that was not believed too often.
     *
     * @param unchanged whether logs say so
     */
    void follow(Block next, boolean unchanged) {
      Found last = before;
      if (last == null || !unchanged || !isNextOfBefore(next)) {
        return;
      }
      if (last.followed >= MOST_FOLLOWED) {
        expected = last;
        return;
      }
      words.putAll(last.words);
      ticks.putAll(last.ticks);
      followed = last.followed + 1;
      before = null;
    }

    /** Whether logs told of no change, and there is one. */
    boolean isLiedTo() {
      Found last = expected;
      expected = null;
      return last != null
          && !(last.words.entrySet().stream()
                  .allMatch(w -> isSame(w.getValue(), words.get(w.getKey())))
              && last.ticks.keySet().stream().allMatch(t -> isSame(last.net(t), net(t))));
    }

    /** What is not there any more was out of reach. */
    private static boolean isSame(BigInteger was, @Nullable BigInteger is) {
      return is == null || is.equals(was);
    }

    private @Nullable BigInteger net(int tick) {
      AbiValues told = ticks.get(tick);
      return told == null ? null : told.number("liquidityNet");
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
      this.at = at;
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
