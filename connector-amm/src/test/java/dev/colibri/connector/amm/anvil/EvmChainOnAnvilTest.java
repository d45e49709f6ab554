package dev.colibri.connector.amm.anvil;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.amm.evm.AbiEvent;
import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.ContractCall;
import dev.colibri.connector.amm.evm.EvmChain;
import dev.colibri.connector.amm.evm.EvmNetwork;
import dev.colibri.connector.amm.evm.EvmWallet;
import dev.colibri.connector.amm.evm.Talk;
import dev.colibri.connector.amm.evm.Tokens;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.GasPrice;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.SignedTransaction;
import dev.colibri.connector.spi.TransactionDraft;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.Secret;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That a real node and real contracts take what the chain's dialect says, and say what it reads.
 */
@Timeout(300)
class EvmChainOnAnvilTest {
  private static final EvmWallet WALLET = EvmWallet.of(Secret.of("46".repeat(32)));
  private static final String SPENDER = "0x" + "5".repeat(40);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static Contracts.Chain real;
  private static String clean;

  private EvmChain chain;
  private Talk talk;

  @BeforeAll
  static void start() {
    real = Contracts.start();
    clean = real.anvil.snapshot();
  }

  @AfterAll
  static void stop() {
    if (real != null) {
      real.close();
    }
  }

  @BeforeEach
  void afresh() {
    real.anvil.revert(clean);
    clean = real.anvil.snapshot();
    real.anvil.automine(true);
    real.fund(WALLET.address(), Contracts.E18.multiply(BigInteger.TEN));
    use(network());
  }

  private static EvmNetwork network() {
    return EvmNetwork.of("anvil", Anvil.CHAIN, "ETH")
        .known("multicall3", Address.of(real.at(Contracts.MULTICALL3)), "")
        .wrapped("WETH", real.at(Contracts.WETH), "")
        .tips("0.1", "20")
        .resetFirst(real.at(Contracts.USDT))
        .nodes(real.anvil.url());
  }

  private void use(EvmNetwork network) {
    chain = (EvmChain) EvmChain.on(network, WALLET).dialect();
    talk = new Talk(chain, (part, body) -> post(body));
  }

  private static Reply post(String body) {
    try {
      HttpResponse<byte[]> reply =
          HTTP.send(
              HttpRequest.newBuilder(URI.create(real.anvil.url()))
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      return new Reply(reply.statusCode(), new TreeMap<>(), reply.body());
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private SignedTransaction sign(TransactionDraft draft) {
    GasPrice price = talk.value(chain.gasPrice());
    long gas = draft.gasLimit() > 0 ? draft.gasLimit() : talk.value(chain.estimate(draft));
    return chain.sign(draft, talk.value(chain.nonce()), gas, price);
  }

  private Receipt carryOut(TransactionDraft draft) {
    SignedTransaction signed = sign(draft);
    assertEquals(signed.hash(), talk.value(chain.broadcast(signed, 0)));
    real.anvil.mined(signed.hash());
    return talk.value(chain.receipt(signed.hash())).orElseThrow();
  }

  private BigInteger balance(Token token) {
    Block head = talk.value(chain.head());
    return talk.value(chain.balances(List.of(token), head)).get(0).raw();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void wrapping_costs_what_the_receipt_says_to_the_wei(boolean legacy) {
    use(legacy ? network().legacy() : network());
    Token wrapped = talk.value(chain.token(real.at(Contracts.WETH)));
    assertEquals("WETH", wrapped.symbol());
    BigInteger before = balance(chain.nativeToken());
    Receipt receipt = carryOut(chain.wrap(Contracts.E18));
    assertTrue(receipt.succeeded());
    assertEquals(Contracts.E18, balance(wrapped));
    assertEquals(
        before.subtract(Contracts.E18).subtract(receipt.cost()), balance(chain.nativeToken()));
    Receipt.Log log = receipt.logs().get(0);
    assertEquals(wrapped.address(), log.address());

    Receipt back = carryOut(chain.unwrap(Contracts.E18));
    assertEquals(BigInteger.ZERO, balance(wrapped));
    assertEquals(
        before.subtract(receipt.cost()).subtract(back.cost()), balance(chain.nativeToken()));
  }

  @Test
  void nothing_takes_a_nonce_and_costs_gas() {
    assertEquals(0, talk.value(chain.nonce()));
    Receipt receipt = carryOut(chain.nothing());
    assertTrue(receipt.succeeded());
    assertEquals(21_000, receipt.gasUsed());
    assertEquals(1, talk.value(chain.nonce()));
  }

  @Test
  void the_same_bytes_have_one_effect_however_often_they_are_sent() {
    real.anvil.automine(false);
    SignedTransaction signed = sign(chain.wrap(BigInteger.TEN));
    assertFalse(talk.value(chain.isKnown(signed.hash())));
    assertEquals(Optional.empty(), talk.value(chain.receipt(signed.hash())));
    assertEquals(signed.hash(), talk.value(chain.broadcast(signed, 0)));
    assertTrue(talk.value(chain.isKnown(signed.hash())));
    assertEquals(Optional.empty(), talk.value(chain.receipt(signed.hash())));
    assertEquals(signed.hash(), talk.value(chain.broadcast(signed, 1)), "it has it already");
    real.anvil.mine();
    assertTrue(talk.value(chain.receipt(signed.hash())).isPresent());
    assertEquals(Fault.Kind.NONCE_STALE, talk.fault(chain.broadcast(signed, 2)).kind());
    assertEquals(1, talk.value(chain.nonce()));
  }

  @Test
  void whoever_used_a_nonce_is_found() {
    long from = talk.value(chain.head()).number();
    real.anvil.mine(5);
    Receipt receipt = carryOut(chain.wrap(BigInteger.TEN));
    real.anvil.mine(5);
    long to = talk.value(chain.head()).number();
    assertEquals(Optional.of(receipt.hash()), talk.value(chain.sentWith(0, from, to)));
    assertEquals(Optional.empty(), talk.value(chain.sentWith(1, from, to)));
  }

  @Test
  void what_a_real_node_refuses_is_named() {
    GasPrice price = talk.value(chain.gasPrice());
    TransactionDraft nothing = chain.nothing();
    real.anvil.automine(false);
    SignedTransaction waits = chain.sign(nothing, 0, 21_000, price);
    talk.value(chain.broadcast(waits, 0));
    GasPrice less =
        new GasPrice(price.most().subtract(BigInteger.ONE), price.tip().subtract(BigInteger.ONE));
    assertEquals(
        Fault.Kind.BAD_PRICE,
        talk.fault(chain.broadcast(chain.sign(nothing, 0, 21_000, less), 0)).kind());
    assertEquals(
        Fault.Kind.REJECTED,
        talk.fault(chain.broadcast(chain.sign(nothing, 1, 20_000, price), 0)).kind());
    BigInteger all = Contracts.E18.multiply(BigInteger.TEN);
    assertEquals(
        Fault.Kind.INSUFFICIENT_FUNDS,
        talk.fault(chain.broadcast(chain.sign(chain.wrap(all), 1, 60_000, price), 0)).kind());
    // A snapshot does not bring back what waits.
    real.anvil.drop(waits.hash());
  }

  @Test
  void tokens_of_every_kind_are_read_at_one_block() {
    real.give(Contracts.ALPHA, WALLET.address(), BigInteger.valueOf(5));
    Block then = talk.value(chain.head());
    real.give(Contracts.ALPHA, WALLET.address(), BigInteger.valueOf(6));
    List<Token> tokens =
        talk.value(
            chain.tokens(
                List.of(
                    Address.of(real.at(Contracts.ALPHA)),
                    Address.of(real.at(Contracts.USDT)),
                    Address.of(real.at(Contracts.OLD)))));
    assertEquals(18, tokens.get(0).decimals());
    assertEquals(6, tokens.get(1).decimals());
    assertFalse(tokens.get(2).symbol().startsWith("0x"), "its 32 bytes are read");
    List<TokenAmount> amounts =
        talk.value(chain.balances(List.of(tokens.get(0), chain.nativeToken()), then));
    assertEquals(BigInteger.valueOf(5), amounts.get(0).raw());
    assertEquals(Contracts.E18.multiply(BigInteger.TEN), amounts.get(1).raw());
    assertEquals(BigInteger.valueOf(11), balance(tokens.get(0)));
  }

  /** One that returns nothing, and lets nobody take another amount than before. */
  @Test
  void an_odd_token_is_allowed_in_two_steps() {
    Token usdt = talk.value(chain.token(real.at(Contracts.USDT)));
    allow(usdt, 5, 1);
    allow(usdt, 6, 2);
    Token alpha = talk.value(chain.token(real.at(Contracts.ALPHA)));
    allow(alpha, 5, 1);
    allow(alpha, 6, 1);
  }

  private void allow(Token token, long amount, int steps) {
    Plan.Allowance wanted =
        new Plan.Allowance(new TokenAmount(token, BigInteger.valueOf(amount)), SPENDER);
    BigInteger now = talk.value(chain.allowance(token, SPENDER));
    List<TransactionDraft> drafts = chain.allow(wanted, now, false);
    assertEquals(steps, drafts.size());
    drafts.forEach(draft -> assertTrue(carryOut(draft).succeeded()));
    assertEquals(BigInteger.valueOf(amount), talk.value(chain.allowance(token, SPENDER)));
  }

  @Test
  void why_it_would_fail_is_told_before_and_why_it_failed_after() {
    TransactionDraft draft =
        new TransactionDraft(
            "take what is not allowed",
            real.at(Contracts.ALPHA),
            BigInteger.ZERO,
            AbiFunction.of("transferFrom(address from, address to, uint256 amount)")
                .encode(Address.of(SPENDER), Address.of(WALLET.address()), BigInteger.ONE),
            0,
            0);
    Fault fault = talk.fault(chain.estimate(draft));
    assertEquals(Fault.Kind.INSUFFICIENT_FUNDS, fault.kind());
    assertEquals("reverted: ERC20: insufficient allowance", fault.raw());
    Receipt failed = carryOut(draft.gasLimit(100_000));
    assertFalse(failed.succeeded());
    assertTrue(failed.logs().isEmpty());
    assertEquals(fault, talk.value(chain.whyFailed(draft, failed)));
  }

  @Test
  void contracts_are_asked_together_or_one_by_one_with_the_same_answers() {
    List<ContractCall> calls =
        List.of(
            ContractCall.of(
                Address.of(real.at(Contracts.ALPHA)),
                Tokens.BALANCE_OF,
                Address.of(WALLET.address())),
            ContractCall.of(Address.of(real.at(Contracts.WETH)), Tokens.WITHDRAW, BigInteger.ONE),
            ContractCall.of(Address.of(SPENDER), Tokens.BALANCE_OF, Address.of(SPENDER)));
    Block head = talk.value(chain.head());
    List<ContractCall.Result> together = talk.value(chain.read(calls, head));
    use(EvmNetwork.of("bare", Anvil.CHAIN, "ETH").nodes(real.anvil.url()));
    List<ContractCall.Result> apart = talk.value(chain.read(calls, head));
    assertEquals(together.get(0).values(), apart.get(0).values());
    assertFalse(together.get(1).succeeded());
    assertFalse(apart.get(1).succeeded());
    assertTrue(together.get(2).succeeded() && apart.get(2).succeeded());
    assertEquals(0, together.get(2).data().length + apart.get(2).data().length, "no contract");
    assertTrue(talk.value(chain.hasCode(Address.of(real.at(Contracts.WETH)))));
    assertFalse(talk.value(chain.hasCode(Address.of(SPENDER))));
  }

  @Test
  void logs_are_those_of_one_block() {
    Receipt receipt = carryOut(chain.wrap(BigInteger.TEN));
    Block in = talk.value(chain.block(receipt.blockNumber())).orElseThrow();
    AbiEvent deposit = AbiEvent.of("Deposit(address indexed to, uint256 amount)");
    List<Address> wrapped = List.of(Address.of(real.at(Contracts.WETH)));
    List<Receipt.Log> logs = talk.value(chain.logs(in, wrapped, List.of(Tokens.TRANSFER, deposit)));
    assertEquals(1, logs.size());
    assertEquals(receipt.logs().get(0).topics(), logs.get(0).topics());
    assertEquals(receipt.logs().get(0).address(), logs.get(0).address());
    assertEquals(List.of(), talk.value(chain.logs(in, wrapped, List.of(Tokens.TRANSFER))));
    Block other = new Block(in.number(), "0x" + "ab".repeat(32), in.parent(), in.millis());
    assertNull(talk.end(chain.logs(other, wrapped, List.of(deposit))).value(), "no such block");
  }

  /** By code: burns all gas, fails at once, gives a million bytes. */
  @ParameterizedTest
  @ValueSource(strings = {"5b600056", "fe", "620f42406000f3"})
  void a_token_that_does_harm_hides_no_other(String code) {
    Address harmful = Address.of("0x00000000000000000000000000000000000bad00");
    real.anvil.setCode(harmful.toString(), Hex.decode(code));
    List<ContractCall> calls = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Address token = i == 7 ? harmful : Address.of(real.at(Contracts.ALPHA));
      calls.add(ContractCall.of(token, Tokens.BALANCE_OF, Address.of(WALLET.address())));
    }
    Block head = talk.value(chain.head());
    for (int times = 0; times < 2; times++) {
      List<ContractCall.Result> results = talk.value(chain.read(calls, head));
      for (int i = 0; i < 60; i++) {
        assertEquals(i != 7, results.get(i).succeeded());
        assertEquals(i == 7 ? 0 : 32, results.get(i).data().length);
      }
      int last = times;
      talk.asked.removeIf(question -> last == 0);
    }
    assertTrue(talk.asked.size() <= 2, talk.asked::toString);
  }

  @Test
  void a_block_that_was_taken_back_is_no_state_to_read() {
    real.anvil.mine(3);
    Block head = talk.value(chain.head());
    assertEquals(head, talk.value(chain.block(head.number())).orElseThrow());
    assertEquals(Optional.empty(), talk.value(chain.block(head.number() + 1)));
    real.anvil.reorg(2);
    Block other = talk.value(chain.block(head.number())).orElseThrow();
    assertFalse(other.hash().equals(head.hash()));
    assertTrue(talk.end(chain.balances(List.of(chain.nativeToken()), head)).unknown());
  }
}
