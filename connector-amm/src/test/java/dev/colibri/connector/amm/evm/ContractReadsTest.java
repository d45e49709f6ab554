package dev.colibri.connector.amm.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.Secret;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Contracts that are asked together have one purse of gas, and some take all of it. */
class ContractReadsTest {
  private static final AbiFunction NUMBER = AbiFunction.of("number()(uint256)");
  private static final Address MULTICALL = Address.of("0xcA11bde05977b3631167028862bE2a173976CA11");
  private static final Block BLOCK =
      new Block(100, "0x" + "ab".repeat(32), "0x" + "cd".repeat(32), 0);

  /** What a node gives a question, and what an honest contract takes of it. */
  private static final long PURSE = 50_000_000;

  private static final long HONEST = 30_000;

  /** What somebody does who wants to do harm. */
  private enum Harm {
    /** Takes all gas, and fails. */
    BURNS,
    /** Takes nearly all gas, and answers. */
    BURNS_AND_ANSWERS,
    /** Gives a million bytes. */
    GIVES_MUCH,
    /** Reverts without a reason. */
    FAILS,
    /** Keeps the node busy until it gives up. */
    KEEPS_BUSY
  }

  private final Map<Address, Harm> harms = new LinkedHashMap<>();
  private final StubNode node = new StubNode();
  private final EvmChain chain =
      (EvmChain)
          EvmChain.on(
                  EvmNetwork.of("test", 8453, "ETH")
                      .nodes("https://a.example")
                      .known("multicall3", MULTICALL, ""),
                  EvmWallet.of(Secret.of("0x" + "11".repeat(32))))
              .dialect();
  private final Talk talk = new Talk(chain, StubNode.wire(node));

  /** Gas of a question; negative once it could not be carried on. */
  private static final class Purse {
    long left;

    Purse(long left) {
      this.left = left;
    }
  }

  /** What never ends. */
  private static final class Busy extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  ContractReadsTest() {
    node.on("eth_getBalance", StubNode.result("\"0x7\""));
    node.on("eth_call", this::call);
  }

  private String call(Json params) {
    Json call = params.at(0);
    Address to = Address.of(call.text("to"));
    byte[] data = Hex.decode(call.text("data"));
    String gas = call.textOr("gas", "");
    Purse purse = new Purse(gas.isEmpty() ? PURSE : Long.decode(gas));
    try {
      if (!to.equals(MULTICALL)) {
        byte[] said = said(to, purse, purse.left);
        return said == null
            ? StubNode.error(-32000, purse.left > 0 ? "execution reverted" : "out of gas")
            : StubNode.result('"' + Bytes.hex(said) + '"');
      }
      AbiFunction aggregate = AbiFunction.of("aggregate3((address,bool,bytes)[])((bool,bytes)[])");
      List<Object> rows = new ArrayList<>();
      for (AbiValues row : aggregate.arguments(data).list(0, AbiValues.class)) {
        byte[] said = said(row.address(0), purse, purse.left - purse.left / 64);
        rows.add(List.of(said != null, said == null ? Bytes.none() : said));
        purse.left -= 5_000;
      }
      return purse.left < 0
          ? StubNode.error(-32000, "out of gas")
          : StubNode.result('"' + Bytes.hex(Abi.of("((bool,bytes)[])").encode(rows)) + '"');
    } catch (Busy e) {
      return StubNode.error(-32000, "execution aborted (timeout = 5s)");
    }
  }

  /** Null for a failure without a reason. */
  private byte[] said(Address of, Purse purse, long most) {
    Harm harm = harms.get(of);
    byte[] number = NUMBER_OF.encode(number(of));
    if (harm == Harm.KEEPS_BUSY) {
      throw new Busy();
    } else if (harm == Harm.BURNS || harm == Harm.BURNS_AND_ANSWERS || most < HONEST) {
      purse.left -= most;
      return harm == Harm.BURNS_AND_ANSWERS && most >= HONEST ? number : null;
    }
    purse.left -= HONEST;
    return harm == Harm.FAILS ? null : harm == Harm.GIVES_MUCH ? new byte[1_000_000] : number;
  }

  private static final Abi NUMBER_OF = Abi.of("(uint256)");

  private static BigInteger number(Address of) {
    return new BigInteger(1, Hex.decode(of.toString().substring(2))).add(BigInteger.ONE);
  }

  private static Address contract(int i) {
    return Address.of("0x" + "0".repeat(34) + Integer.toHexString(0xabc000 + i));
  }

  private List<ContractCall.Result> read(int count) {
    List<ContractCall> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      calls.add(ContractCall.of(contract(i), NUMBER));
    }
    List<ContractCall.Result> results = talk.value(chain.read(calls, BLOCK));
    assertEquals(calls, results.stream().map(ContractCall.Result::call).toList());
    for (ContractCall.Result result : results) {
      Address of = result.call().to();
      Harm harm = harms.get(of);
      if (harm == null || harm == Harm.BURNS_AND_ANSWERS) {
        assertEquals(number(of), result.values().number(0));
      } else {
        assertFalse(result.succeeded(), harm + " at " + of);
      }
    }
    return results;
  }

  @ParameterizedTest
  @EnumSource
  void one_that_does_harm_loses_only_itself(Harm harm) {
    for (int at : new int[] {0, 1, 77, 149}) {
      harms.clear();
      harms.put(contract(at), harm);
      read(150);
    }
  }

  @ParameterizedTest
  @EnumSource
  void it_is_asked_by_itself_from_then_on(Harm harm) {
    harms.put(contract(20), harm);
    read(150);
    read(150);
    talk.asked.clear();
    read(150);
    // Of one that answers nobody knows which it is: some others are asked by themselves as well.
    assertTrue(talk.asked.size() <= (harm == Harm.BURNS_AND_ANSWERS ? 4 : 2), talk.asked::toString);
  }

  @Test
  void honest_ones_are_asked_at_once() {
    read(200);
    assertEquals(1, talk.asked.size());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void however_many_there_are(long seed) {
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 10; round++) {
      harms.put(contract(random.nextInt(150)), Harm.values()[random.nextInt(Harm.values().length)]);
      read(1 + random.nextInt(150));
    }
  }

  @Test
  void a_balance_that_is_not_told_is_unknown_and_not_nothing() {
    List<Token> tokens = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      tokens.add(new Token(contract(i).toString(), "T" + i, 18));
    }
    harms.put(contract(3), Harm.BURNS);
    List<TokenAmount> told = talk.value(chain.balances(tokens, BLOCK));
    assertEquals(39, told.size());
    told.forEach(
        amount -> assertEquals(number(Address.of(amount.token().address())), amount.raw()));
  }

  /** As geth, anvil, Besu and Nethermind say it; and as they say of themselves. */
  @ParameterizedTest
  @CsvSource({
    "invalid opcode: INVALID, false",
    "EVM error: InvalidFEOpcode, false",
    "Invalid opcode: 0xfe, false",
    "VM execution error., false",
    "out of gas: gas required exceeds: 50000000, false",
    "stack underflow (0 <=> 1), false",
    "write protection, false",
    "EVM error: database error: failed to get account, true",
    "header not found, true",
    "internal error, true",
  })
  void a_contract_that_ends_badly_is_told_from_a_node_in_trouble(String says, boolean node) {
    this.node.on("eth_call", StubNode.error(-32000, says));
    assertEquals(
        node, talk.end(chain.read(List.of(ContractCall.of(contract(1), NUMBER)), BLOCK)).unknown());
  }

  /** What a node says of itself is no contract's doing. */
  @Test
  void a_node_s_own_trouble_is_asked_no_further() {
    node.on("eth_call", StubNode.error(-32602, "invalid argument 1: hex string without 0x"));
    List<ContractCall> calls =
        List.of(ContractCall.of(contract(1), NUMBER), ContractCall.of(contract(2), NUMBER));
    assertTrue(talk.fault(chain.read(calls, BLOCK)).raw().contains("invalid argument"));
    assertEquals(1, talk.asked.size());
  }
}
