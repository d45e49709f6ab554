package dev.colibri.connector.engine;

import dev.colibri.connector.model.GasPrice;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.model.TransactionStatus;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.SignedTransaction;
import dev.colibri.connector.spi.TransactionDraft;
import dev.colibri.connector.testkit.sim.MemoryJournal;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.testkit.sim.toy.ToyChain;
import dev.colibri.connector.testkit.sim.toy.ToyChainDialect;
import dev.colibri.connector.testkit.sim.toy.ToyChainNetwork;
import dev.colibri.connector.testkit.sim.toy.ToyState;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A chain on a bad day, and a wallet on it whose processes are killed. The chain itself is the
 * judge of what they tell.
 */
final class ChainWorld {
  static final String US = "0xus";
  private static final String TILL = "0xtill";
  private static final List<String> TOKENS = List.of("gold", "resetcoin");
  private static final int WANTED = 4;
  private static final long RICH = 1_000_000_000_000L;
  private static final String PART = "chain";

  private final long seed;
  private final SplittableRandom random;
  private final VirtualTime time = new VirtualTime();
  private final ToyChain chain = new ToyChain(time.millis());
  private final ToyChainNetwork network;
  private final MemoryJournal journal = new MemoryJournal();
  private final AmmVenue venue;

  /** By what is to be done: the nonces that anything was signed with for it, in all lives. */
  private final Map<String, TreeSet<Long>> signed = new TreeMap<>();

  /** By id, what was last told, in all lives. */
  private final Map<String, TransactionState> told = new LinkedHashMap<>();

  private final Map<String, TransactionStatus> ended = new TreeMap<>();

  /** What ended while the disk was full. */
  private final TreeSet<String> unkept = new TreeSet<>();

  private final List<String> ours = new ArrayList<>();

  /** Hashes of what was found in the journal. */
  private final TreeSet<String> kept = new TreeSet<>();

  private boolean traced;
  private final ArrayDeque<String> trace = new ArrayDeque<>();
  final Map<TransactionStatus, Integer> ends = new TreeMap<>();
  private @Nullable WalletProcess process;
  private boolean calm;
  private boolean mining = true;
  private int life;
  private int numbers;

  ChainWorld(long seed) {
    this.seed = seed;
    random = new SplittableRandom(seed);
    network = new ToyChainNetwork(time, chain, 3, seed);
    network.hear(this::mustBeKept);
    TOKENS.forEach(t -> chain.token(t).give(t, US, BigInteger.valueOf(1_000_000)));
    own(RICH);
    chain.deploy(TILL, this::till);
    AmmVenue.Allow allow = random.nextInt(3) == 0 ? AmmVenue.Allow.UNLIMITED : AmmVenue.Allow.EXACT;
    AmmVenue v = AmmVenue.of(any -> new Dialect(), null).confirmations(WANTED).allow(allow);
    venue = random.nextInt(3) == 0 ? v.mostGasPrice(BigInteger.valueOf(2_000)) : v;
    time.after(Duration.ofSeconds(2), this::block);
  }

  /** Takes what it is told to, and counts how often it did for whom. */
  private void till(
      ToyState state, String from, BigInteger value, String[] words, long blockMillis) {
    if (state.get("shut").signum() > 0) {
      throw new ToyState.Reverted("the till is shut");
    }
    if (blockMillis > Long.parseLong(words[4])) {
      throw new ToyState.Reverted("too late");
    }
    if (!words[2].isEmpty()) {
      state.take(words[2], from, TILL, TILL, new BigInteger(words[3]));
    }
    state.set("effect " + words[1], state.get("effect " + words[1]).add(BigInteger.ONE));
  }

  private final class Dialect extends ToyChainDialect {
    Dialect() {
      super(US);
    }

    @Override
    public SignedTransaction sign(TransactionDraft draft, long nonce, long gas, GasPrice price) {
      String data = new String(draft.data(), StandardCharsets.UTF_8);
      if (data.startsWith("pay,")) {
        TreeSet<Long> nonces = signed.computeIfAbsent(data.split(",")[1], d -> new TreeSet<>());
        nonces.add(nonce);
        check(nonces.size() == 1, data + " was signed with nonces " + nonces);
      }
      return super.sign(draft, nonce, gas, price);
    }
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(
          "seed " + seed + ", life " + life + ": " + what + "\n" + String.join("\n", trace));
    }
  }

  /** Writes down what happens, for whoever looks at a seed that failed. */
  ChainWorld traced() {
    traced = true;
    return this;
  }

  private void note(Supplier<String> what) {
    if (traced) {
      trace.add(time.millis() % 10_000_000 + " " + what.get());
      if (trace.size() > 400) {
        trace.poll();
      }
    }
  }

  private void mustBeKept(String text) {
    ToyChain.Sent s = ToyChain.sent(text);
    if (!kept.contains(s.hash())) {
      boolean found =
          journal.entries(PART).values().stream().anyMatch(entry -> entry.contains(s.hash()));
      check(found, "sent, and not kept: " + text);
      kept.add(s.hash());
    }
    note(() -> "send " + s.hash() + " " + text);
  }

  // ---------------------------------------------------------------- the chain

  private void block() {
    if (mining) {
      ToyChain.Mined m = chain.mine(time.millis());
      note(
          () ->
              "block "
                  + m.block().number()
                  + " "
                  + m.sent().stream().map(ToyChain.Sent::hash).toList());
    }
    time.after(Duration.ofMillis(calm ? 2_000 : 500 + random.nextInt(4_000)), this::block);
  }

  // ---------------------------------------------------------------- processes

  private WalletProcess process() {
    WalletProcess p = process;
    if (p == null) {
      throw new IllegalStateException("no process");
    }
    return p;
  }

  private void start() {
    life++;
    note(() -> "---- life " + life);
    process =
        new WalletProcess(
            time,
            network,
            venue.dialect(),
            venue,
            journal.open(PART),
            seed * 1_000 + life,
            this::heard);
  }

  private void kill() {
    note(() -> "killed");
    if (process().isUnkept()) {
      unkept.addAll(ended.keySet()); // The next one does not know of their ends.
    }
    process().kill();
    journal.at(-1, false, () -> {});
    journal.kill();
  }

  private void heard(TransactionState s, @Nullable Receipt r) {
    told.put(s.id(), s);
    note(() -> "told " + s);
    TransactionStatus end = ended.get(s.id());
    boolean again = unkept.contains(s.id());
    // To give up is a user's word: what one process could not keep, the next one may hear
    // otherwise.
    boolean byWord =
        end == TransactionStatus.DISMISSED || s.status() == TransactionStatus.DISMISSED;
    check(
        end == null || end == s.status() || again && (byWord || !s.status().isTerminal()),
        "ended as " + end + ", then " + s);
    if (s.status().isTerminal()) {
      ended.put(s.id(), s.status());
      proved(s, r);
    }
  }

  /** What is told as an end is so, in blocks that no reorganization of this world reaches. */
  private void proved(TransactionState s, @Nullable Receipt told) {
    long tip = chain.latest().block().number();
    if (s.status() == TransactionStatus.REFUSED) {
      check(s.hashes().isEmpty(), "refused, and signed: " + s);
      return;
    }
    if (s.status() == TransactionStatus.DISMISSED) {
      check(!s.hashes().isEmpty(), "dismissed, and not signed: " + s);
      return; // It claims nothing.
    }
    String in = null;
    long height = -1;
    Receipt receipt = null;
    for (ToyChain.Mined m : chain.blocks()) {
      for (ToyChain.Sent t : m.sent()) {
        if (t.wallet().equals(US) && t.nonce() == s.nonce()) {
          in = t.hash();
          height = m.block().number();
          receipt = m.receipts().get(in);
        }
      }
    }
    check(in != null && receipt != null, "its nonce is free: " + s);
    check(tip - height + 1 >= WANTED, "not deep: " + s + " in " + height + " of " + tip);
    if (s.status() == TransactionStatus.REPLACED) {
      check(s.mined() == null ? !s.hashes().contains(in) : in.equals(s.mined()), s + " is " + in);
      check(s.mined() == null || receipt.gasUsed() == 21_000, "its cancel is " + receipt);
    } else {
      check(in.equals(s.mined()), s + " is " + in);
      check(
          receipt.succeeded() == (s.status() == TransactionStatus.CONFIRMED), s + " is " + receipt);
      check(told != null && told.blockHash().equals(receipt.blockHash()), s + " of " + told);
    }
    check(s.mined() == null || receipt.cost().equals(s.cost()), s.cost() + " is " + receipt);
  }

  // ---------------------------------------------------------------- a bad day

  void run() {
    int lives = 2 + random.nextInt(4);
    for (int i = 0; i < lives; i++) {
      start();
      live(Duration.ofSeconds(20 + random.nextInt(100)), true);
      if (!process().isDead()) {
        kill();
      }
      time.advance(Duration.ofSeconds(random.nextInt(20)));
    }
    start();
    if (random.nextBoolean()) {
      live(Duration.ofSeconds(20 + random.nextInt(40)), false);
    }
    heal();
  }

  private void live(Duration how, boolean deadly) {
    calm = false;
    network.losses(random.nextInt(200));
    if (deadly && random.nextInt(3) > 0) {
      journal.at(journal.size() + random.nextInt(60), random.nextBoolean(), this::kill);
    }
    long until = time.nanos() + how.toNanos();
    while (time.nanos() < until && !process().isDead()) {
      act();
      time.advance(Duration.ofMillis(50 + random.nextInt(1_000)));
    }
  }

  private void act() {
    WalletProcess p = process();
    int dice = random.nextInt(100);
    if (dice < 35) {
      for (int n = random.nextInt(4); n >= 0 && !p.isDead(); n--) {
        submit();
      }
    } else if (dice < 42 && !ours.isEmpty()) {
      String id = ours.get(random.nextInt(ours.size()));
      note(() -> "cancel " + id);
      p.run(() -> p.transactions.cancel(id));
    } else if (dice < 50 && !ours.isEmpty()) {
      String id = ours.get(random.nextInt(ours.size()));
      note(() -> "bump " + id);
      p.run(() -> p.transactions.bump(id));
    } else if (dice < 80) {
      harm();
    } else if (dice < 84) {
      allow();
    } else if (dice < 86) {
      dismiss();
    }
  }

  /** The oldest that was signed is given up, by the short word where that will do. */
  private void dismiss() {
    WalletProcess p = process();
    for (TransactionState s : p.transactions.live()) {
      if (!s.hashes().isEmpty() && s.block() == null) {
        note(() -> "dismiss " + s);
        p.run(
            () -> {
              try {
                p.transactions.dismiss(s.id(), "over", false);
              } catch (IllegalStateException mayHappen) {
                p.transactions.dismiss(s.id(), "given up", true);
              }
            });
        return;
      }
    }
  }

  private void submit() {
    submit(5_000 + random.nextInt(120_000));
  }

  private void submit(long millis) {
    String id = "t" + ++numbers;
    int kind = random.nextInt(4);
    String token = kind == 0 ? "" : TOKENS.get(random.nextInt(2));
    int amount = random.nextInt(1, 100);
    long deadline = time.millis() + millis;
    TransactionDraft draft =
        ToyChainDialect.draft(
            "pay " + id, TILL, "pay," + id + "," + token + "," + amount + "," + deadline, deadline);
    Token t = new Token(token, token, 0);
    Plan<String> plan =
        new Plan<>(
            draft,
            token.isEmpty()
                ? List.of()
                : List.of(new Plan.Allowance(new TokenAmount(t, BigInteger.valueOf(amount)), TILL)),
            Receipt::hash);
    WalletProcess p = process();
    ours.add(id);
    note(() -> "submit " + id + " " + draft + " " + token + " " + amount);
    p.run(() -> told.put(id, p.transactions.submit(id, "", plan, 75_000)));
  }

  private void allow() {
    String id = "u" + ++numbers;
    String token = TOKENS.get(random.nextInt(2));
    TokenAmount most =
        new TokenAmount(new Token(token, token, 0), BigInteger.valueOf(random.nextInt(150)));
    WalletProcess p = process();
    note(() -> "allow " + id + " " + most);
    p.run(() -> told.put(id, p.transactions.allow(id, new Plan.Allowance(most, TILL))));
  }

  private void harm() {
    ToyChain.Node node = network.nodes().get(random.nextInt(3));
    int kind = random.nextInt(15);
    note(() -> "harm " + kind);
    switch (kind) {
      case 0 -> chain.reorganize(random.nextInt(1, WANTED), random.nextInt(3), time.millis());
      case 1 -> {
        List<ToyChain.Sent> waiting = chain.waiting();
        if (!waiting.isEmpty()) {
          chain.drop(waiting.get(random.nextInt(waiting.size())).hash());
        }
      }
      case 2 -> chain.waiting().forEach(s -> chain.drop(s.hash()));
      case 3 -> chain.baseFee(BigInteger.valueOf(random.nextInt(50, 1_500)));
      case 4 -> chain.capacity(random.nextInt(1, 6));
      case 5 -> chain.capacity(100);
      case 6 -> node.lag(random.nextInt(6));
      case 7 -> node.stick();
      case 8 -> node.hideReceipts();
      case 9 -> node.forget();
      case 10 -> miscount(node);
      case 11 -> network.nodes().forEach(ToyChain.Node::heal);
      case 12 -> {
        journal.room(0);
        time.after(Duration.ofMillis(random.nextInt(5_000)), () -> journal.room(Long.MAX_VALUE));
      }
      case 13 -> own(random.nextBoolean() ? random.nextInt(100_000_000) : RICH);
      default -> {
        if (random.nextInt(3) == 0) {
          elsewhere();
        } else {
          shut(random.nextBoolean());
        }
      }
    }
  }

  /** By little, or by so much that nobody could pay for it; sometimes all nodes do it alike. */
  private void miscount(ToyChain.Node node) {
    int how = random.nextInt(8);
    if (how == 0) {
      int more = random.nextInt(1, 4);
      network.nodes().forEach(n -> n.miscount(more));
    } else {
      node.miscount(how <= 2 ? random.nextInt(100, 2_000) : random.nextInt(-3, 4));
    }
  }

  private void own(long amount) {
    BigInteger more = BigInteger.valueOf(amount).subtract(chain.state().balance("", US));
    chain.give("", US, more);
  }

  private void shut(boolean shut) {
    chain.state().set("shut", shut ? BigInteger.ONE : BigInteger.ZERO);
  }

  /** The wallet is used from another place, too. */
  private void elsewhere() {
    long nonce = chain.nonce(US) + random.nextInt(2);
    note(() -> "elsewhere " + nonce);
    chain.take(US + "|" + nonce + "|21000|9000|900|" + US + "|0|elsewhere" + ++numbers);
  }

  // ---------------------------------------------------------------- in the end

  private String last() {
    return ours.get(ours.size() - 1);
  }

  /** Whether the lane is open; what somebody else sent from the wallet may be before it. */
  private boolean confirms(WalletProcess p) {
    submit(600_000);
    time.advanceUntil(() -> p.transactions.liveCount() == 0, Duration.ofMinutes(5));
    return told.get(last()).status() == TransactionStatus.CONFIRMED;
  }

  private void heal() {
    note(() -> "---- calm");
    calm = true;
    journal.room(Long.MAX_VALUE);
    network.losses(0);
    network.nodes().forEach(ToyChain.Node::heal);
    chain.capacity(100);
    chain.baseFee(BigInteger.valueOf(100));
    shut(false);
    own(RICH);
    time.advance(Duration.ofSeconds(5));
    WalletProcess p = process();
    boolean done = time.advanceUntil(() -> p.transactions.liveCount() == 0, Duration.ofMinutes(20));
    check(
        done,
        "unfinished after "
            + chain.nonce(US)
            + ": "
            + p.transactions.live()
            + " of which wait "
            + chain.waiting());
    check(confirms(p) || confirms(p) || confirms(p), "the lane: " + told.get(last()));
    for (String id : ours) {
      int effects = chain.state().get("effect " + id).intValueExact();
      TransactionState s = told.get(id);
      TransactionState now = p.transactions.find(id);
      if (now == null) {
        // It was never kept, as the disk was full: so nothing of it may have left.
        check(effects == 0, "not kept, and done: " + s);
        continue;
      }
      check(now.status().isTerminal(), "no end: " + now);
      boolean isUnproved = now.status() == TransactionStatus.DISMISSED && effects <= 1;
      check(
          isUnproved || effects == (now.status() == TransactionStatus.CONFIRMED ? 1 : 0),
          effects + " of " + now);
      ends.merge(now.status(), 1, Integer::sum);
    }
    check(
        chain.waiting().stream().noneMatch(w -> w.wallet().equals(US)),
        "waits: " + chain.waiting());
  }
}
