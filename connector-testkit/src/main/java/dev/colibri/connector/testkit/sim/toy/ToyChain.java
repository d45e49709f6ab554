package dev.colibri.connector.testkit.sim.toy;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Hex;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A chain that does not exist: blocks that can be left for others, transactions that wait for them
 * by nonce and price, tokens, allowances and contracts, and several nodes, each with its own view
 * of all that. It has no clock: a block comes when it is asked for. Not thread-safe.
 *
 * <p>A transaction is text, {@code wallet|nonce|gas|most|tip|to|value|data}, and its hash that of
 * the text. A call of a contract is words with commas between, the first being what is to be done.
 */
public final class ToyChain {
  /** What another must pay more in percent to take the place of what waits with the same nonce. */
  public static final int REPLACEMENT_PERCENT = 10;

  private static final long PLAIN_GAS = 21_000;
  private static final long CALL_GAS = 60_000;
  private static final int MOST_WAITING = 200;

  /** Something that lives at an address. */
  public interface Contract {
    /**
     * Carries out a call.
     *
     * @throws ToyState.Reverted when it does not
     */
    void call(ToyState state, String from, BigInteger value, String[] words, long blockMillis);

    /** Tells something of a state. */
    default String read(ToyState state, String[] words) {
      throw new ToyState.Reverted("nothing to read");
    }
  }

  /** A transaction as it was signed. */
  public record Sent(
      String text,
      String hash,
      String wallet,
      long nonce,
      long gas,
      BigInteger most,
      BigInteger tip,
      String to,
      BigInteger value,
      String data) {

    /** Reads one. */
    static Sent read(String text) {
      String[] w = text.split("\\|", -1);
      if (w.length != 8) {
        throw new IllegalArgumentException(w.length + " words");
      }
      return new Sent(
          text,
          ToyChain.hash(text),
          w[0],
          Long.parseLong(w[1]),
          Long.parseLong(w[2]),
          new BigInteger(w[3]),
          new BigInteger(w[4]),
          w[5],
          new BigInteger(w[6]),
          w[7]);
    }
  }

  /** A block with what it did. */
  public record Mined(
      Block block,
      BigInteger baseFee,
      List<Sent> sent,
      Map<String, Receipt> receipts,
      Map<String, String> failures,
      ToyState after) {}

  private final Map<String, Contract> contracts = new TreeMap<>();
  private final List<Mined> blocks = new ArrayList<>();

  /** What waits, by hash, in the order in which it came. */
  private final Map<String, Sent> pool = new LinkedHashMap<>();

  private BigInteger baseFee = BigInteger.valueOf(100);
  private int capacity = 100;
  private int branches;

  /**
   * A chain of one block.
   *
   * @param millis when that was made
   */
  public ToyChain(long millis) {
    Block first = new Block(100, hash("block 100"), hash("nothing"), millis);
    blocks.add(new Mined(first, baseFee, List.of(), Map.of(), Map.of(), new ToyState()));
  }

  static String hash(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return "0x" + Hex.encode(Digest.sha256(bytes)).substring(0, 24);
  }

  // ---------------------------------------------------------------- the world

  /** Puts a contract at an address. */
  public ToyChain deploy(String address, Contract contract) {
    contracts.put(address, contract);
    return this;
  }

  /** Puts a token at an address, which can be allowed and moved. */
  public ToyChain token(String address) {
    return deploy(
        address,
        (state, from, value, words, millis) -> {
          BigInteger amount = new BigInteger(words[2]);
          switch (words[0]) {
            case "approve" -> {
              boolean resetFirst = address.startsWith("reset");
              if (resetFirst
                  && amount.signum() > 0
                  && state.allowance(address, from, words[1]).signum() > 0) {
                throw new ToyState.Reverted("approve from non-zero to non-zero allowance");
              }
              state.allow(address, from, words[1], amount);
            }
            case "transfer" -> state.move(address, from, words[1], amount);
            default -> throw new ToyState.Reverted("no function " + words[0]);
          }
        });
  }

  /** Gives somebody something, now; empty for the chain's own asset. */
  public ToyChain give(String token, String holder, BigInteger amount) {
    state().mint(token, holder, amount);
    return this;
  }

  /** The state after the latest block. */
  public ToyState state() {
    return latest().after();
  }

  public Mined latest() {
    return blocks.get(blocks.size() - 1);
  }

  /** Every block, the first one first. */
  public List<Mined> blocks() {
    return List.copyOf(blocks);
  }

  /** What a unit of gas costs at the least in the next block. */
  public BigInteger baseFee() {
    return baseFee;
  }

  public void baseFee(BigInteger fee) {
    baseFee = fee;
  }

  /** How many transactions a block takes. */
  public void capacity(int transactions) {
    capacity = transactions;
  }

  /** What waits for a block, in the order in which it came. */
  public List<Sent> waiting() {
    return List.copyOf(pool.values());
  }

  /** Forgets something that waits; false when it does not. */
  public boolean drop(String hash) {
    return pool.remove(hash) != null;
  }

  // ---------------------------------------------------------------- transactions

  /**
   * Takes a transaction to wait for a block.
   *
   * @return null when it waits, or is in a block; otherwise why it is not taken
   */
  public @Nullable String take(String text) {
    Sent s;
    try {
      s = Sent.read(text);
    } catch (RuntimeException e) {
      return "unreadable";
    }
    if (pool.containsKey(s.hash()) || find(blocks, s.hash()) != null) {
      return null;
    }
    if (s.nonce() < nonce(state(), s.wallet())) {
      return "nonce too low";
    }
    BigInteger most = s.most().multiply(BigInteger.valueOf(s.gas())).add(s.value());
    if (state().balance("", s.wallet()).compareTo(most) < 0) {
      return "insufficient funds";
    }
    Sent other = null;
    for (Sent w : pool.values()) {
      other = w.wallet().equals(s.wallet()) && w.nonce() == s.nonce() ? w : other;
    }
    if (other != null && !(isMore(s.most(), other.most()) && isMore(s.tip(), other.tip()))) {
      return "replacement transaction underpriced";
    }
    if (other == null && pool.size() >= MOST_WAITING) {
      return "the pool is full";
    }
    if (other != null) {
      pool.remove(other.hash());
    }
    pool.put(s.hash(), s);
    return null;
  }

  private static boolean isMore(BigInteger price, BigInteger before) {
    BigInteger least = before.multiply(BigInteger.valueOf(100 + REPLACEMENT_PERCENT));
    return price.multiply(BigInteger.valueOf(100)).compareTo(least) >= 0;
  }

  /**
   * Reads a transaction.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Sent sent(String text) {
    return Sent.read(text);
  }

  /** How many transactions of a wallet are in the chain. */
  public long nonce(String wallet) {
    return nonce(state(), wallet);
  }

  static long nonce(ToyState state, String wallet) {
    return state.get("nonce " + wallet).longValueExact();
  }

  /** Makes a block of what waits and pays enough. */
  public Mined mine(long millis) {
    Block parent = latest().block();
    long number = parent.number() + 1;
    ToyState after = state().copy();
    List<Sent> in = new ArrayList<>();
    Map<String, Receipt> receipts = new LinkedHashMap<>();
    Map<String, String> failures = new LinkedHashMap<>();
    String hash = hash("block " + number + " of branch " + branches + " on " + parent.hash());
    boolean any = true;
    while (any && in.size() < capacity) {
      any = false;
      for (Sent s : List.copyOf(pool.values())) {
        long nonce = nonce(after, s.wallet());
        if (s.nonce() < nonce) {
          pool.remove(s.hash());
        } else if (s.nonce() == nonce && s.most().compareTo(baseFee) >= 0 && in.size() < capacity) {
          any = true;
          pool.remove(s.hash());
          in.add(s);
          after = execute(s, after, number, hash, millis, receipts, failures);
        }
      }
    }
    Mined mined =
        new Mined(
            new Block(number, hash, parent.hash(), millis), baseFee, in, receipts, failures, after);
    blocks.add(mined);
    return mined;
  }

  private ToyState execute(
      Sent s,
      ToyState before,
      long number,
      String block,
      long millis,
      Map<String, Receipt> receipts,
      Map<String, String> failures) {
    ToyState after = before.copy();
    String failure = null;
    long gas = gas(s.to());
    try {
      if (s.gas() < gas) {
        throw new ToyState.Reverted("out of gas");
      }
      call(after, s.wallet(), s.to(), s.value(), s.data(), millis);
    } catch (ToyState.Reverted e) {
      failure = e.getMessage();
      after = before.copy();
      failures.put(s.hash(), failure);
    }
    long used = Math.min(gas, s.gas());
    BigInteger cost = s.most().min(baseFee.add(s.tip())).multiply(BigInteger.valueOf(used));
    after.mint("", s.wallet(), cost.negate());
    after.set("nonce " + s.wallet(), BigInteger.valueOf(s.nonce() + 1));
    receipts.put(
        s.hash(), new Receipt(s.hash(), number, block, failure == null, used, cost, after.logs()));
    return after;
  }

  private void call(
      ToyState state, String from, String to, BigInteger value, String data, long millis) {
    state.move("", from, to, value);
    Contract contract = contracts.get(to);
    if (contract != null) {
      contract.call(state, from, value, data.split(",", -1), millis);
    }
  }

  private long gas(String to) {
    return contracts.containsKey(to) ? CALL_GAS : PLAIN_GAS;
  }

  /**
   * Leaves the last blocks for others. What was in them waits again.
   *
   * @param depth how many blocks
   * @param lost how many of their transactions nobody has any more
   * @param millis when the new ones are made; one more than were left
   */
  public void reorganize(int depth, int lost, long millis) {
    branches++;
    List<Sent> again = new ArrayList<>();
    for (int i = 0; i < depth && blocks.size() > 1; i++) {
      again.addAll(0, blocks.remove(blocks.size() - 1).sent());
    }
    for (Sent s : again.subList(Math.min(lost, again.size()), again.size())) {
      pool.putIfAbsent(s.hash(), s);
    }
    for (int i = 0; i <= depth; i++) {
      mine(millis);
    }
  }

  /** The receipt of a transaction in some blocks, the last of which is the latest. */
  static @Nullable Receipt find(List<Mined> view, String hash) {
    for (int i = view.size() - 1; i >= 0; i--) {
      Receipt r = view.get(i).receipts().get(hash);
      if (r != null) {
        return r;
      }
    }
    return null;
  }

  /** The receipt of a transaction; null when it is in no block. */
  public @Nullable Receipt receipt(String hash) {
    return find(blocks, hash);
  }

  // ---------------------------------------------------------------- what a node tells

  /** One of the nodes, which may be behind, or stay on blocks that were left, or not tell. */
  public final class Node {
    private int lag;
    private @Nullable List<Mined> stuck;
    private boolean hidesReceipts;
    private boolean hidesLogs;
    private boolean forgets;
    private int miscounts;

    /** It is as it should be. */
    public void heal() {
      lag = 0;
      stuck = null;
      hidesReceipts = false;
      hidesLogs = false;
      forgets = false;
      miscounts = 0;
    }

    /** It is so many blocks behind. */
    public void lag(int behind) {
      lag = behind;
    }

    /** It hears of no block any more. */
    public void stick() {
      stuck = List.copyOf(blocks);
    }

    /** It says of every transaction that it has no receipt. */
    public void hideReceipts() {
      hidesReceipts = true;
    }

    /** It shows receipts without what contracts told. */
    public void hideLogs() {
      hidesLogs = true;
    }

    /** It says that it takes transactions, and forgets them. */
    public void forget() {
      forgets = true;
    }

    /** It counts so many transactions too many. */
    public void miscount(int more) {
      miscounts = more;
    }

    List<Mined> view() {
      List<Mined> all = stuck == null ? blocks : stuck;
      return all.subList(0, Math.max(1, all.size() - lag));
    }

    private ToyState after() {
      return view().get(view().size() - 1).after();
    }

    Mined head() {
      return view().get(view().size() - 1);
    }

    @Nullable Mined block(long number) {
      long at = number - blocks.get(0).block().number();
      return at < 0 || at >= view().size() ? null : view().get((int) at);
    }

    long nonce(String wallet) {
      return Math.max(0, ToyChain.nonce(after(), wallet) + miscounts);
    }

    @Nullable Receipt receipt(String hash) {
      Receipt r = hidesReceipts ? null : find(view(), hash);
      return r == null || !hidesLogs
          ? r
          : new Receipt(
              r.hash(),
              r.blockNumber(),
              r.blockHash(),
              r.succeeded(),
              r.gasUsed(),
              r.cost(),
              List.of());
    }

    @Nullable String sentWith(String wallet, long nonce, long from, long to) {
      for (Mined m : view()) {
        for (Sent s : m.sent()) {
          long number = m.block().number();
          if (s.wallet().equals(wallet) && s.nonce() == nonce && from <= number && number <= to) {
            return s.hash();
          }
        }
      }
      return null;
    }

    boolean knows(String hash) {
      return !forgets && pool.containsKey(hash) || receipt(hash) != null;
    }

    @Nullable String take(String text) {
      if (forgets) {
        return null;
      }
      return ToyChain.this.take(text);
    }

    /** How much gas a call uses now. */
    long estimate(String from, String to, BigInteger value, String data) {
      call(after().copy(), from, to, value, data, head().block().millis());
      return gas(to);
    }

    String read(String to, String data, long at) {
      Mined of = block(at);
      Contract contract = contracts.get(to);
      if (of == null || contract == null) {
        throw new ToyState.Reverted(of == null ? "no such block" : "no contract at " + to);
      }
      return contract.read(of.after(), data.split(",", -1));
    }

    BigInteger price() {
      return baseFee.multiply(BigInteger.TWO);
    }

    @Nullable String whyFailed(String hash) {
      for (Mined m : view()) {
        String why = m.failures().get(hash);
        if (why != null) {
          return why;
        }
      }
      return null;
    }

    ToyState stateAt(long number) {
      Mined m = block(number);
      if (m == null) {
        throw new ToyState.Reverted("no such block");
      }
      return m.after();
    }
  }

  /** Another node, which is as it should be. */
  public Node node() {
    return new Node();
  }
}
