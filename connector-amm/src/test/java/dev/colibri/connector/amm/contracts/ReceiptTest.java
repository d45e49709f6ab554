package dev.colibri.connector.amm.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.model.LiquidityChange;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolFee;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.SwapRouter.Swapped;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What receipts are read as, against balances. The receipts are of Uniswap's own contracts on a
 * real node (anvil 1.7.1), told what to do by ethers 6; beside each stands by how much the wallet's
 * balances changed, gas aside.
 */
class ReceiptTest {
  private static final List<String> WORLD = Samples.lines("receipts.txt").get(0);
  private static final Address WALLET = Address.of(WORLD.get(1));
  private static final Address WRAPPED = Address.of(WORLD.get(4));
  private static final List<Token> TOKENS =
      List.of(
          Samples.token(WORLD.get(2), "T0", 18),
          Samples.token(WORLD.get(3), "T1", 18),
          Samples.token(WORLD.get(4), "WETH", 18));
  private static final List<Case> CASES = cases();

  /** A receipt and the fields that stand beside it. */
  private record Case(List<String> fields, List<Receipt.Log> logs) {
    String name() {
      return fields.get(1);
    }

    boolean isSwap() {
      return fields.get(0).equals("swap");
    }

    Receipt receipt(List<Receipt.Log> logs) {
      return new Receipt("0x" + name(), 1, "0x01", true, 1, BigInteger.ONE, logs);
    }

    Address address(int field) {
      return Address.of(fields.get(field));
    }

    BigInteger number(int field) {
      return new BigInteger(fields.get(field));
    }

    Token token(int field) {
      String address = fields.get(field);
      return address.isEmpty()
          ? Samples.NATIVE
          : TOKENS.stream().filter(t -> t.address().equals(address)).findFirst().orElseThrow();
    }

    Swapped swapped(List<Receipt.Log> logs) {
      return new Moves(receipt(logs), WALLET).swapped(legs(), address(2), WRAPPED);
    }

    /** As if it had been quoted as it went. */
    List<SwapQuote.Leg> legs() {
      BigInteger in = number(5);
      BigInteger out = number(6);
      List<Pool> pools = new ArrayList<>();
      for (String pool : fields.get(7).split(",")) {
        pools.add(pool(pool));
      }
      if (!name().contains("split")) {
        return List.of(leg(pools, in, out));
      }
      BigInteger half = in.shiftRight(1);
      BigInteger got = out.shiftRight(1);
      return List.of(
          leg(pools.subList(0, 1), half, got),
          leg(pools.subList(1, 2), in.subtract(half), out.subtract(got)));
    }

    private SwapQuote.Leg leg(List<Pool> pools, BigInteger in, BigInteger out) {
      List<Token> way = new ArrayList<>(List.of(token(3)));
      for (Pool pool : pools.subList(0, pools.size() - 1)) {
        Token last = way.get(way.size() - 1);
        way.add(pool.other(last.isNative() ? TOKENS.get(2) : last));
      }
      way.add(token(4));
      return new SwapQuote.Leg(pools, way, in, out);
    }

    LiquidityChange change(List<Receipt.Log> logs) {
      LiquidityMoves moves = new LiquidityMoves(pool(fields.get(4)), receipt(logs), WALLET);
      boolean v2 = name().startsWith("v2");
      Address manager = address(3);
      BigInteger id = v2 ? BigInteger.ZERO : number(8);
      return switch (fields.get(2)) {
        case "open" -> moves.added(manager, null);
        case "add" -> v2 ? moves.addedToPool() : moves.added(manager, id);
        case "remove" -> v2 ? moves.removedFromPool() : moves.taken(manager, id, true);
        case "collect" -> moves.taken(manager, id, false);
        default -> moves.taken(manager, id, true);
      };
    }

    Object read(List<Receipt.Log> logs) {
      return isSwap() ? swapped(logs) : change(logs);
    }
  }

  /** The pools by their addresses, in the order of the file: V2, V2, V3, V3. */
  private static Pool pool(String address) {
    Token t0 = TOKENS.get(0);
    Token t1 = TOKENS.get(1);
    Token weth = TOKENS.get(2);
    boolean first =
        address.equals("0xa17A7058165761492E206CF798c12B0E7cc482F7")
            || address.equals("0x52B9F00530993Bf9C751cFeCe7B6256d9A679e75");
    Token other = first ? t0 : weth;
    boolean sorted = Address.of(other.address()).compareTo(Address.of(t1.address())) < 0;
    return new Pool("test", address, sorted ? other : t1, sorted ? t1 : other, 3000, 60);
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (List<String> line : Samples.lines("receipts.txt")) {
      switch (line.get(0)) {
        case "tokens" -> {}
        case "log" ->
            cases
                .get(cases.size() - 1)
                .logs()
                .add(
                    new Receipt.Log(
                        line.get(1),
                        Arrays.asList(line.get(2).split(",")),
                        Hex.decode(line.get(3))));
        default -> cases.add(new Case(line, new ArrayList<>()));
      }
    }
    return cases;
  }

  @TestFactory
  Stream<DynamicTest> what_is_read_is_what_balances_show() {
    assertEquals(27, CASES.size());
    return CASES.stream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.name(),
                    () -> {
                      if (c.isSwap()) {
                        Swapped swapped = c.swapped(c.logs());
                        assertEquals(c.number(5), swapped.in().raw());
                        assertEquals(c.number(6), swapped.out().raw());
                        assertEquals(List.of(), swapped.differences());
                        int pools = c.fields().get(7).split(",", -1).length;
                        assertEquals(pools, swapped.fees().size());
                        assertEquals(c.legs().get(0).tokens().get(0), token(swapped, 0));
                      } else {
                        LiquidityChange change = c.change(c.logs());
                        assertEquals(c.number(5), change.liquidity());
                        assertEquals(c.number(6), change.fees0().raw());
                        assertEquals(c.number(7), change.fees1().raw());
                        assertEquals(c.number(9), change.amount0().raw());
                        assertEquals(c.number(10), change.amount1().raw());
                        boolean v2 = c.name().startsWith("v2");
                        assertEquals(v2 ? null : c.fields().get(8), change.position());
                      }
                    }));
  }

  private static Token token(Swapped swapped, int fee) {
    return swapped.fees().get(fee).paid().token();
  }

  private static Case named(String name) {
    return CASES.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  /** The same logs, where a number of those of a kind is another one. */
  private static List<Receipt.Log> changed(
      Case c, String kind, int topic, String who, BigInteger to) {
    List<Receipt.Log> logs = new ArrayList<>();
    for (Receipt.Log log : c.logs()) {
      boolean is =
          String.valueOf(log.kind()).startsWith(kind)
              && log.topics().get(topic).endsWith(who.toLowerCase(Locale.ROOT).substring(2));
      logs.add(
          is
              ? new Receipt.Log(log.address(), log.topics(), Hex.decode("%064x".formatted(to)))
              : log);
    }
    return logs;
  }

  @Test
  void what_pools_keep_is_told_pool_by_pool_and_in_what_goes_in() {
    for (Case c : CASES) {
      if (!c.isSwap()) {
        continue;
      }
      Swapped swapped = c.swapped(c.logs());
      int at = 0;
      BigInteger into = BigInteger.ZERO;
      for (SwapQuote.Leg leg : c.legs()) {
        for (int i = 0; i < leg.pools().size(); i++) {
          PoolFee fee = swapped.fees().get(at++);
          assertEquals(leg.pools().get(i), fee.pool());
          assertEquals(leg.tokens().get(i), fee.paid().token());
          into = i == 0 ? into.add(fee.paid().raw()) : into;
        }
      }
      BigInteger rate = c.number(5).multiply(BigInteger.valueOf(3000));
      BigInteger all = rate.add(BigInteger.valueOf(999_999)).divide(BigInteger.valueOf(1_000_000));
      BigInteger rounding = into.subtract(all);
      assertTrue(rounding.signum() >= 0 && rounding.bitLength() <= 1, c.name() + into + " " + all);
    }
  }

  @Test
  void what_the_wallet_got_holds_where_pools_tell_of_more() {
    Case c = named("v2-sell");
    BigInteger less = c.number(6).subtract(BigInteger.TEN);
    Swapped swapped = c.swapped(changed(c, "0xddf252ad", 2, WALLET.toString(), less));
    assertEquals(less, swapped.out().raw());
    assertEquals(1, swapped.differences().size());
    String told = swapped.differences().get(0);
    assertTrue(told.startsWith("pools gave " + c.number(6)), told);
  }

  @Test
  void what_the_wallet_gave_holds_where_pools_tell_of_less() {
    Case c = named("v2-sell");
    BigInteger more = c.number(5).add(BigInteger.TEN);
    Swapped swapped = c.swapped(changed(c, "0xddf252ad", 1, WALLET.toString(), more));
    assertEquals(more, swapped.in().raw());
    assertTrue(swapped.differences().get(0).contains("pools took " + c.number(5)));
  }

  @Test
  void more_than_pools_gave_or_less_than_they_took_is_not_believed() {
    Case c = named("v2-sell");
    BigInteger more = c.number(6).add(BigInteger.ONE);
    BigInteger less = c.number(5).subtract(BigInteger.ONE);
    assertThrows(
        TextException.class, () -> c.swapped(changed(c, "0xddf252ad", 2, WALLET.toString(), more)));
    assertThrows(
        TextException.class, () -> c.swapped(changed(c, "0xddf252ad", 1, WALLET.toString(), less)));
  }

  @Test
  void a_transaction_that_failed_moved_nothing() {
    Receipt failed = new Receipt("0xfa", 1, "0x01", false, 1, BigInteger.ONE, List.of());
    assertThrows(TextException.class, () -> new Moves(failed, WALLET));
  }

  /**
   * Whatever a node makes of the logs: what is read never says that the wallet gave less, or got
   * more, than it did. Logs of the wallet's own giving that are left out cannot be told by them: a
   * pool's are, and they contradict.
   */
  @Test
  void logs_that_are_missing_doubled_or_of_others_are_never_read_as_a_better_swap() {
    SplittableRandom random = new SplittableRandom(27);
    int refused = 0;
    for (int n = 0; n < 4000; n++) {
      Case c = CASES.get(random.nextInt(CASES.size()));
      List<Receipt.Log> logs = new ArrayList<>(c.logs());
      for (int i = 0; i <= random.nextInt(3); i++) {
        spoil(logs, random);
      }
      try {
        Object read = c.read(logs);
        if (c.isSwap()) {
          Swapped s = (Swapped) read;
          assertTrue(s.in().raw().compareTo(c.number(5)) >= 0, c.name() + s);
          assertTrue(s.out().raw().compareTo(c.number(6)) <= 0, c.name() + s);
        } else {
          LiquidityChange change = (LiquidityChange) read;
          assertTrue(change.amount0().raw().compareTo(c.number(9)) <= 0, c.name());
          assertTrue(change.amount1().raw().compareTo(c.number(10)) <= 0, c.name());
        }
      } catch (TextException e) {
        refused++;
      }
    }
    assertTrue(refused > 2000, refused + " of 4000 were refused");
  }

  private static void spoil(List<Receipt.Log> logs, SplittableRandom random) {
    if (logs.isEmpty()) {
      return;
    }
    int at = random.nextInt(logs.size());
    Receipt.Log log = logs.get(at);
    switch (random.nextInt(6)) {
      case 0 -> logs.remove(at);
      case 1 -> logs.add(log);
      case 2 -> logs.set(at, new Receipt.Log(Samples.ROUTER.toString(), log.topics(), log.data()));
      case 3 -> logs.set(at, new Receipt.Log(log.address(), log.topics(), new byte[0]));
      case 4 ->
          logs.set(
              at,
              new Receipt.Log(
                  log.address(), log.topics().subList(0, log.topics().size() - 1), log.data()));
      default ->
          // As other tokens tell of the wallet in the same transaction.
          logs.add(
              at, new Receipt.Log(Samples.ROUTER.toString(), log.topics(), log.data().clone()));
    }
  }

  @Test
  void a_wrapping_contract_may_tell_births_and_ends_instead() {
    for (Case c : CASES) {
      if (!c.isSwap() || !c.name().contains("native")) {
        continue;
      }
      List<Receipt.Log> logs = new ArrayList<>();
      String transfer =
          CASES.get(0).logs().stream()
              .map(Receipt.Log::kind)
              .filter(k -> k != null && k.startsWith("0xddf252ad"))
              .findFirst()
              .orElseThrow();
      String nobody = "0x" + "0".repeat(64);
      for (Receipt.Log log : c.logs()) {
        String kind = String.valueOf(log.kind());
        if (kind.startsWith("0xe1fffcc4")) {
          logs.add(
              new Receipt.Log(
                  log.address(), List.of(transfer, nobody, log.topics().get(1)), log.data()));
        } else if (kind.startsWith("0x7fcf532c")) {
          logs.add(
              new Receipt.Log(
                  log.address(), List.of(transfer, log.topics().get(1), nobody), log.data()));
        } else {
          logs.add(log);
        }
      }
      assertEquals(c.swapped(c.logs()), c.swapped(logs), c.name());
    }
  }

  @Test
  void a_router_that_unwraps_for_others_too_is_not_read() {
    Case c = CASES.stream().filter(x -> x.name().equals("v2-sell-native-out")).findFirst().get();
    List<Receipt.Log> logs = new ArrayList<>(c.logs());
    Receipt.Log unwrap =
        logs.stream()
            .filter(l -> String.valueOf(l.kind()).startsWith("0x7fcf532c"))
            .findFirst()
            .orElseThrow();
    logs.add(0, unwrap);
    String problem = assertThrows(TextException.class, () -> c.swapped(logs)).getMessage();
    assertTrue(problem.contains("unwraps 2 times"), problem);
  }
}
