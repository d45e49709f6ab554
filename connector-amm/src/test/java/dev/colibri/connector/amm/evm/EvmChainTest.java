package dev.colibri.connector.amm.evm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.GasPrice;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.SignedTransaction;
import dev.colibri.connector.spi.TransactionDraft;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.Secp256k1;
import dev.colibri.connector.text.Secret;
import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How nodes are asked, and what is made of what they say. Nothing in here is a real node. */
class EvmChainTest {
  private static final EvmWallet WALLET = EvmWallet.of(Secret.of("46".repeat(32)));
  private static final String HASH = "0x" + "ab".repeat(32);
  private static final String BLOCK_HASH = "0x" + "cd".repeat(32);
  private static final Block BLOCK = new Block(100, BLOCK_HASH, HASH, 0);
  private static final Address TOKEN = Address.of("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
  private static final String SPENDER = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";
  private static final EvmNetwork ONE = EvmNetwork.BASE.nodes("https://a.example");
  private static final EvmNetwork TWO =
      EvmNetwork.BASE.nodes("https://a.example", "https://b.example");

  private final StubNode a = new StubNode();
  private final StubNode b = new StubNode();

  private static EvmChain chain(EvmNetwork network) {
    return (EvmChain) EvmChain.on(network, WALLET).dialect();
  }

  private Talk one() {
    return new Talk(chain(ONE), StubNode.wire(a));
  }

  private Talk two() {
    return new Talk(chain(TWO), StubNode.wire(a, b));
  }

  private static String block(long number) {
    return StubNode.result(
        """
        {"number":"0x%s","hash":"%s","parentHash":"%s","timestamp":"0x64"}"""
            .formatted(Long.toHexString(number), BLOCK_HASH, HASH));
  }

  private static String receipt(String more) {
    return """
        {"transactionHash":"%s","blockHash":"%s","blockNumber":"0xb","status":"0x1",
        "gasUsed":"0x5208","effectiveGasPrice":"0x3b9aca00","logs":[]%s}"""
        .formatted(HASH, BLOCK_HASH, more);
  }

  private static TransactionDraft draft() {
    return new TransactionDraft(
        "swap", TOKEN.toString(), BigInteger.ONE, new byte[] {1, 2, 3, 4}, 0, 0);
  }

  // ---- the chain

  @Test
  void a_chain_is_one_by_whatever_name() {
    EvmNetwork mine = EvmNetwork.of("mine", EvmNetwork.BASE.chainId(), "ETH");
    assertEquals("eip155:8453", chain(mine.nodes("https://a.example")).chain());
    assertEquals("eip155:8453", chain(EvmNetwork.BASE.nodes("https://b.example")).chain());
  }

  @Test
  void a_head_is_read() {
    a.on("eth_getBlockByNumber", block(436));
    assertEquals(new Block(436, BLOCK_HASH, HASH, 100_000), one().value(chain(ONE).head()));
  }

  @Test
  void a_block_that_a_node_does_not_have_is_none() {
    EvmChain chain = chain(ONE);
    Talk talk = new Talk(chain, StubNode.wire(a));
    a.on("eth_getBlockByNumber", StubNode.result("null"));
    assertEquals(Optional.empty(), talk.value(chain.block(5)));
    a.on("eth_getBlockByNumber", block(5));
    assertEquals(5, talk.value(chain.block(5)).orElseThrow().number());
    assertThrows(TextException.class, () -> talk.value(chain.block(6)), "another block");
  }

  /** Twice the base fee of the block to come and the tip that is usual, within its bounds. */
  @Test
  void a_price_of_gas_lasts_for_some_blocks() {
    EvmChain chain = chain(ONE.tips("0.001", "2"));
    Talk talk = new Talk(chain, StubNode.wire(a));
    a.on(
        "eth_feeHistory",
        StubNode.result(
            "{\"baseFeePerGas\":[\"0x1\",\"0x64\"],"
                + "\"reward\":[[\"0xf4240\"],[\"0x1e8480\"],[\"0x2dc6c0\"]]}"));
    assertEquals(
        new GasPrice(BigInteger.valueOf(2_000_200), BigInteger.valueOf(2_000_000)),
        talk.value(chain.gasPrice()));
    a.on(
        "eth_feeHistory",
        StubNode.result("{\"baseFeePerGas\":[\"0x0\"],\"reward\":[[\"0xde0b6b3a7640000\"]]}"));
    assertEquals(
        BigInteger.valueOf(2_000_000_000), talk.value(chain.gasPrice()).tip(), "not an ether");
    a.on("eth_feeHistory", StubNode.result("{\"baseFeePerGas\":[\"0x0\"],\"reward\":null}"));
    assertEquals(BigInteger.valueOf(1_000_000), talk.value(chain.gasPrice()).tip());
    a.on("eth_feeHistory", StubNode.result("{\"baseFeePerGas\":[]}"));
    assertThrows(TextException.class, () -> talk.value(chain.gasPrice()));
  }

  @Test
  void a_chain_with_one_price_is_asked_for_that() {
    EvmChain chain = chain(EvmNetwork.BSC.nodes("https://a.example"));
    Talk talk = new Talk(chain, StubNode.wire(a));
    a.on("eth_gasPrice", StubNode.result("\"0x3b9aca00\""));
    BigInteger gwei = BigInteger.TEN.pow(9);
    assertEquals(new GasPrice(gwei, gwei), talk.value(chain.gasPrice()));
  }

  // ---- which node is asked

  @Test
  void a_node_that_gives_no_answer_is_passed_over_for_a_while() {
    EvmChain chain = chain(TWO);
    Talk talk = new Talk(chain, StubNode.wire(a, b));
    a.silent(true);
    b.on("eth_getCode", StubNode.result("\"0x00\""));
    assertTrue(talk.value(chain.hasCode(TOKEN)));
    assertTrue(talk.value(chain.hasCode(TOKEN)));
    assertEquals(
        List.of("node0 eth_getCode", "node1 eth_getCode", "node1 eth_getCode"), talk.asked);
    a.silent(false).on("eth_getCode", StubNode.result("\"0x\""));
    talk.millis += 60_000;
    assertFalse(talk.value(chain.hasCode(TOKEN)));
    assertEquals("node0 eth_getCode", talk.asked.get(3));
  }

  @ParameterizedTest
  @CsvSource({
    "200, <html>Bad gateway</html>",
    "502, <html>Bad gateway</html>",
    "200, ''",
    "429, ''",
    "401, '{\"error\":\"invalid key\"}'",
    "200, '{\"jsonrpc\":\"2.0\",\"id\":1}'",
    "200, '{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32005,\"message\":\"limit exceeded\"}}'",
    "200, '{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32000,\"message\":\"header not found\"}}'",
    "200, '{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"Internal error\"}}'",
    "200, '{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-39999,\"message\":\"what is this\"}}'",
  })
  void what_is_no_answer_of_a_chain_is_asked_of_another_node(int status, String body) {
    EvmChain chain = chain(TWO);
    Talk talk = new Talk(chain, StubNode.wire(a, b));
    a.always(Talk.reply(status, body));
    b.on("eth_getCode", StubNode.result("\"0x00\""));
    assertTrue(talk.value(chain.hasCode(TOKEN)));
    assertEquals(2, talk.asked.size());
  }

  @Test
  void the_limit_of_the_only_node_is_ours() {
    EvmChain chain = chain(ONE);
    Talk talk = new Talk(chain, StubNode.wire(a));
    a.always(Talk.reply(429, "slow down"));
    assertEquals(Fault.Kind.RATE_LIMITED, talk.fault(chain.hasCode(TOKEN)).kind());
  }

  @Test
  void when_no_node_answers_nothing_is_known() {
    EvmChain chain = chain(TWO);
    Talk talk = new Talk(chain, StubNode.wire(a.silent(true), b.silent(true)));
    assertTrue(talk.end(chain.hasCode(TOKEN)).unknown());
    assertTrue(talk.end(chain.receipt(HASH)).unknown());
    assertTrue(talk.end(chain.nonce()).unknown());
  }

  /** As where somebody wrote the address of another network's node. */
  @Test
  void a_node_of_another_chain_is_passed_over() {
    EvmChain chain = chain(TWO);
    Talk talk = new Talk(chain, StubNode.wire(a, b));
    a.on("eth_chainId", StubNode.result("\"0x1\"")).on("eth_getBlockByNumber", block(7));
    b.on("eth_getBlockByNumber", block(8));
    assertEquals(8, talk.value(chain.head()).number());
    assertEquals(2, talk.asked.size());
    b.on("eth_chainId", StubNode.result("\"0x1\""));
    talk.millis += 60_000;
    assertTrue(talk.end(chain.head()).unknown(), "none is of the chain");
    a.on("eth_chainId", StubNode.result("\"0x2105\""));
    b.on("eth_chainId", StubNode.error(-32601, "not here"));
    talk.millis += 60_000;
    a.on("eth_getBlockByNumber", block(9));
    assertEquals(9, talk.value(chain.head()).number());
    a.silent(true);
    assertEquals(8, talk.value(chain.head()).number(), "one that does not tell");
  }

  @Test
  void of_which_chain_nodes_are_is_asked_until_all_have_said() {
    EvmChain chain = chain(ONE);
    Talk talk = new Talk(chain, StubNode.wire(a));
    a.on("eth_getBlockByNumber", block(8));
    talk.value(chain.head());
    talk.value(chain.head());
    assertEquals(2, a.asked.get(0).size());
    assertEquals(1, a.asked.get(1).size());
  }

  /** A transaction that is mined must not look as if it were not, because a node lags. */
  @Test
  void what_a_node_does_not_know_that_is_behind_is_asked_of_another() {
    EvmChain chain = chain(TWO);
    Talk talk = new Talk(chain, StubNode.wire(a, b));
    a.on("eth_getTransactionReceipt", StubNode.result("null")).head(99);
    b.on("eth_getTransactionReceipt", StubNode.result(receipt(""))).head(100);
    b.on("eth_getBlockByNumber", block(100));
    assertEquals(
        Optional.empty(), talk.value(chain.receipt(HASH)), "nobody is known to be further");

    a.silent(true);
    assertEquals(100, talk.value(chain.head()).number());
    a.silent(false);
    talk.millis += 60_000;
    talk.asked.clear();
    assertTrue(talk.value(chain.receipt(HASH)).isPresent());
    assertEquals(List.of("node0 batch of 2", "node1 batch of 2"), talk.asked);

    b.on("eth_getTransactionReceipt", StubNode.result("null"));
    assertEquals(
        Optional.empty(), talk.value(chain.receipt(HASH)), "one that is not behind says no");
  }

  @Test
  void a_nonce_is_of_a_node_that_is_not_behind() {
    EvmChain chain = chain(TWO);
    Talk talk = new Talk(chain, StubNode.wire(a, b));
    b.on("eth_getTransactionCount", StubNode.result("\"0x8\"")).head(100);
    a.silent(true);
    assertEquals(8, talk.value(chain.nonce()));
    a.silent(false).on("eth_getTransactionCount", StubNode.result("\"0x7\"")).head(98);
    talk.millis += 60_000;
    assertEquals(8, talk.value(chain.nonce()));
    b.head(97);
    assertEquals(
        Fault.Kind.OUTCOME_UNKNOWN, chainFault(talk, chain), "both are behind what one told");
    assertEquals(7, talk.value(chain.nonce()), "and then they are not");
  }

  /** As when it told of another chain's blocks by mistake, and is gone since. */
  @Test
  void what_a_node_told_of_its_head_counts_while_it_answers() {
    EvmChain chain = chain(TWO);
    Talk talk = new Talk(chain, StubNode.wire(a, b));
    b.on("eth_getTransactionCount", StubNode.result("\"0x8\"")).head(1_000_000_000);
    a.silent(true);
    assertEquals(8, talk.value(chain.nonce()));
    a.silent(false).on("eth_getTransactionCount", StubNode.result("\"0x7\""));
    b.silent(true);
    talk.millis += 60_000;
    assertEquals(7, talk.value(chain.nonce()));
  }

  @Test
  void every_node_counts_that_answers() {
    EvmChain chain = chain(TWO);
    Talk talk = new Talk(chain, StubNode.wire(a, b));
    a.on("eth_getTransactionCount", StubNode.result("\"0x7\""));
    b.on("eth_getTransactionCount", StubNode.result("\"0x9\""));
    assertEquals(List.of(7L, 9L), talk.value(chain.nonceOfEach()));
    b.on("eth_getTransactionCount", StubNode.error(-32000, "header not found"));
    assertEquals(List.of(7L), talk.value(chain.nonceOfEach()));
    a.silent(true);
    b.on("eth_getTransactionCount", StubNode.result("\"0x9\""));
    assertEquals(List.of(9L), talk.value(chain.nonceOfEach()));
  }

  @Test
  void what_a_rollup_takes_for_data_is_counted_where_its_contract_tells() {
    EvmChain chain = chain(ONE.known("data-fees", TOKEN, ""));
    Talk talk = new Talk(chain, StubNode.wire(a));
    a.on(
        "eth_call",
        p -> {
          String data = p.at(0).text("data");
          assertEquals("0xf1c7a58b", data.substring(0, 10));
          assertTrue(data.endsWith("7c"), "four bytes, and 120");
          return StubNode.result("\"0x" + "0".repeat(62) + "64\"");
        });
    assertEquals(BigInteger.valueOf(150), talk.value(chain.dataFee(draft())));
    a.on("eth_call", StubNode.error(3, "execution reverted"));
    assertEquals(BigInteger.ZERO, talk.value(chain.dataFee(draft())));
    EvmChain other = chain(ONE);
    assertEquals(BigInteger.ZERO, new Talk(other, StubNode.wire(a)).value(other.dataFee(draft())));
  }

  private static Fault.Kind chainFault(Talk talk, EvmChain chain) {
    // The second node falls back behind what it told itself: it is asked first and last.
    return talk.fault(chain.nonce()).kind();
  }

  @Test
  void a_head_that_is_behind_is_looked_for_elsewhere() {
    EvmChain chain = chain(TWO);
    Talk talk = new Talk(chain, StubNode.wire(a, b));
    a.silent(true);
    b.on("eth_getBlockByNumber", block(100));
    talk.value(chain.head());
    a.silent(false).on("eth_getBlockByNumber", block(90));
    talk.millis += 60_000;
    assertEquals(100, talk.value(chain.head()).number());
    b.on("eth_getBlockByNumber", block(80));
    assertEquals(90, talk.value(chain.head()).number(), "the chain is shorter now");
  }

  @Test
  void a_transaction_is_known_when_anyone_knows_it() {
    EvmChain chain = chain(TWO);
    Talk talk = new Talk(chain, StubNode.wire(a, b));
    a.on("eth_getTransactionByHash", StubNode.result("null"));
    b.on("eth_getTransactionByHash", StubNode.result("{\"hash\":\"0x1\"}"));
    assertTrue(talk.value(chain.isKnown(HASH)));
    b.on("eth_getTransactionByHash", StubNode.result("null"));
    assertFalse(talk.value(chain.isKnown(HASH)));
    b.silent(true);
    assertFalse(talk.value(chain.isKnown(HASH)), "the other one says no again");
  }

  // ---- transactions

  @Test
  void what_is_signed_is_told_to_the_signer_and_is_of_the_network() {
    List<String> told = new ArrayList<>();
    EvmChain chain = (EvmChain) EvmChain.on(ONE, WALLET.asking(what -> told.add(what))).dialect();
    SignedTransaction signed =
        chain.sign(draft(), 7, 50_000, new GasPrice(BigInteger.TEN, BigInteger.ONE));
    EvmTransaction.Signed read = EvmTransaction.decode(signed.bytes());
    assertEquals(Address.of(WALLET.address()), read.sender());
    assertEquals(signed.hash(), read.hash());
    assertEquals(8453, read.transaction().chainId());
    assertEquals(BigInteger.ONE, read.transaction().tip());
    assertFalse(read.transaction().isLegacy());
    assertEquals(
        List.of(
            "swap: transaction 7 on chain 8453 to "
                + TOKEN
                + ", value 1, gas 50000 at 10 with a tip of 1, 4 bytes of data"),
        told);
    EvmChain bsc = chain(EvmNetwork.BSC.nodes("https://a.example"));
    SignedTransaction legacy =
        bsc.sign(bsc.nothing(), 7, 21_000, new GasPrice(BigInteger.TEN, BigInteger.TEN));
    assertTrue(EvmTransaction.decode(legacy.bytes()).transaction().isLegacy());
  }

  private static SignedTransaction signed(EvmChain chain) {
    return chain.sign(chain.nothing(), 0, 21_000, new GasPrice(BigInteger.TEN, BigInteger.ONE));
  }

  @Test
  void the_same_bytes_go_to_one_node_after_the_other() {
    EvmChain chain = chain(TWO);
    Talk talk = new Talk(chain, StubNode.wire(a, b));
    SignedTransaction signed = signed(chain);
    a.on("eth_sendRawTransaction", StubNode.result('"' + signed.hash() + '"'));
    b.silent(true);
    assertEquals(signed.hash(), talk.value(chain.broadcast(signed, 0)));
    assertTrue(talk.end(chain.broadcast(signed, 1)).unknown(), "a lost reply");
    assertEquals(signed.hash(), talk.value(chain.broadcast(signed, 2)));
    assertEquals(
        List.of(
            "node0 eth_sendRawTransaction",
            "node1 eth_sendRawTransaction",
            "node0 eth_sendRawTransaction"),
        talk.asked);
    assertEquals(Bytes.hex(signed.bytes()), a.asked.get(0).get("params").at(0).asText());
    assertEquals(a.asked.get(0).toString(), b.asked.get(0).toString());
  }

  /** What is no order leaves even when it could not be written to the journal. */
  @Test
  void what_is_signed_leaves_as_an_order_does() {
    EvmChain chain = chain(ONE);
    Request sent = ((Call.Ask<String>) chain.broadcast(signed(chain), 0)).request();
    assertTrue(sent.isMutation());
    assertEquals(Request.Urgency.ORDER, sent.urgency());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "already known",
        "Known transaction: 0xabcd",
        "ALREADY_EXISTS: already known",
        "AlreadyKnown",
        "transaction already imported"
      })
  void that_a_node_has_it_already_is_an_answer(String message) {
    EvmChain chain = chain(ONE);
    SignedTransaction signed = signed(chain);
    a.on("eth_sendRawTransaction", StubNode.error(-32000, message));
    assertEquals(
        signed.hash(), new Talk(chain, StubNode.wire(a)).value(chain.broadcast(signed, 0)));
  }

  @Test
  void a_node_that_calls_it_by_another_hash_is_not_believed() {
    EvmChain chain = chain(ONE);
    a.on("eth_sendRawTransaction", StubNode.result('"' + HASH + '"'));
    Talk talk = new Talk(chain, StubNode.wire(a));
    assertThrows(TextException.class, () -> talk.value(chain.broadcast(signed(chain), 0)));
  }

  @ParameterizedTest
  @CsvSource({
    "-32000, nonce too low: next nonce 5 tx nonce 3, NONCE_STALE",
    "-32000, replacement transaction underpriced, BAD_PRICE",
    "-32000, transaction underpriced: tip needed 1 tip permitted 0, BAD_PRICE",
    "-32000, max fee per gas less than block base fee, BAD_PRICE",
    "-32003, insufficient funds for gas * price + value, INSUFFICIENT_FUNDS",
    "-32000, intrinsic gas too low, REJECTED",
    "-32000, exceeds block gas limit, REJECTED",
    "-32000, nonce too high, REJECTED",
  })
  void what_a_node_refuses_is_named(int code, String message, Fault.Kind kind) {
    EvmChain chain = chain(TWO);
    a.on("eth_sendRawTransaction", StubNode.error(code, message));
    Talk talk = new Talk(chain, StubNode.wire(a, b));
    Fault fault = talk.fault(chain.broadcast(signed(chain), 0));
    assertEquals(kind, fault.kind());
    assertTrue(fault.raw().contains(message), fault.raw());
  }

  /** Whatever else comes back, it is not known what became of it. */
  @ParameterizedTest
  @CsvSource({
    "200, <html>Bad gateway</html>",
    "404, not found",
    "403, forbidden",
    "500, '{\"error\":{\"code\":-32000,\"message\":\"nonce too low\"}}'",
    "200, '{\"id\":1,\"error\":{\"code\":-32603,\"message\":\"Internal error\"}}'",
    "200, '{\"id\":1,\"error\":{\"code\":-32602,\"message\":\"something\"}}'",
    "200, '{\"id\":1,\"error\":{\"code\":-32000,\"message\":\"request timed out\"}}'",
    "200, '{\"id\":1}'",
    "200, '[]'",
  })
  void what_is_no_word_of_a_node_leaves_what_was_sent_unknown(int status, String body) {
    EvmChain chain = chain(TWO);
    a.always(Talk.reply(status, body));
    Talk talk = new Talk(chain, StubNode.wire(a, b));
    boolean unknown;
    try {
      unknown = talk.end(chain.broadcast(signed(chain), 0)).unknown();
    } catch (TextException e) {
      // What cannot be read: the engine takes it for unknown.
      unknown = true;
    }
    assertTrue(unknown);
    assertEquals(1, talk.asked.size(), "and it is not sent again");
  }

  @Test
  void a_private_relay_is_the_only_one_that_sees_it() {
    EvmChain chain = chain(TWO.privately("https://relay.example"));
    SignedTransaction signed = signed(chain);
    Talk talk =
        new Talk(
            chain,
            (part, body) -> Talk.reply(200, "{\"id\":1,\"result\":\"" + signed.hash() + "\"}"));
    talk.value(chain.broadcast(signed, 0));
    talk.value(chain.broadcast(signed, 1));
    assertEquals(
        List.of("private eth_sendRawTransaction", "private eth_sendRawTransaction"), talk.asked);
    assertTrue(talk.value(chain.isKnown(signed.hash())), "that no node knows it is no loss");
    assertEquals(2, talk.asked.size(), "and none is shown its hash");
    assertEquals(
        "https://relay.example",
        chain.profile().hosts().get("live").get("private").reveal().toString());
  }

  @Test
  void gas_has_a_reserve_and_a_draft_that_would_fail_is_refused_with_its_reason() {
    EvmChain chain = chain(TWO);
    Talk talk = new Talk(chain, StubNode.wire(a, b));
    a.on("eth_estimateGas", StubNode.result("\"0x186a0\""));
    assertEquals(183_333, talk.value(chain.estimate(draft())));
    Json asked = a.asked.get(0).get("params").at(0);
    assertEquals(
        "{\"from\":\"%s\",\"to\":\"%s\",\"value\":\"0x1\",\"data\":\"0x01020304\"}"
            .formatted(WALLET.address(), TOKEN),
        asked.toString());
    a.on("eth_estimateGas", StubNode.result("\"0xffffffffffff\""));
    assertThrows(TextException.class, () -> talk.value(chain.estimate(draft())));
    String tooLittle = Bytes.hex(AbiFunction.of("Error(string)").encode("Too little received"));
    a.on("eth_estimateGas", StubNode.error(3, "execution reverted: Too little", tooLittle));
    Fault fault = talk.fault(chain.estimate(draft()));
    assertEquals(Fault.of(Fault.Kind.BAD_PRICE, "reverted: Too little received"), fault);
    assertTrue(b.asked.isEmpty(), "a revert is no node's own");
  }

  @ParameterizedTest
  @CsvSource({
    "0x39d35496, V3TooLittleReceived",
    "0x739dbe52, V3TooMuchRequested",
    "0x849eaf98, V2TooLittleReceived",
    "0x5bf6f916, TransactionDeadlinePassed",
    "0xd81b2f2e0000000000000000000000000000000000000000000000000000000000000005,"
        + " AllowanceExpired(deadline=5)",
    "0x4e487b710000000000000000000000000000000000000000000000000000000000000011,"
        + " arithmetic overflow",
    "0x4e487b7100000000000000000000000000000000000000000000000000000000000000ff, panic 0xff",
    "0xdeadbeef, error 0xdeadbeef",
    "0x08c379a0ffff, error 0x08c379a0ffff",
  })
  void reverts_are_told_in_words(String data, String words) {
    EvmChain chain = chain(ONE);
    a.on("eth_estimateGas", StubNode.error(3, "execution reverted", data));
    assertEquals(
        "reverted: " + words,
        new Talk(chain, StubNode.wire(a)).fault(chain.estimate(draft())).raw());
  }

  /** Nodes differ in where they put the words, and some keep the data. */
  @ParameterizedTest
  @CsvSource({
    "3, execution reverted, reverted without a reason",
    "-32000, execution reverted, reverted without a reason",
    "3, execution reverted: Too little received, Too little received",
    "-32000, VM Exception while processing transaction: revert STF, STF",
    "-32000, VM Exception while processing transaction: reverted, reverted without a reason",
    "-32015, VM execution error., reverted without a reason",
  })
  void a_revert_without_data_is_told_by_its_message(int code, String message, String words) {
    EvmChain chain = chain(ONE);
    a.on("eth_estimateGas", StubNode.error(code, message));
    assertEquals(
        "reverted: " + words,
        new Talk(chain, StubNode.wire(a)).fault(chain.estimate(draft())).raw());
  }

  @Test
  void a_router_tells_what_another_contract_reverted_with_and_text_is_escaped() {
    byte[] inner = AbiFunction.of("Error(string)").encode("STF\n\u202e");
    byte[] outer = AbiFunction.of("ExecutionFailed(uint256,bytes)").encode(1, inner);
    assertEquals("command 1 failed: STF\\n\\u202e", Reverts.reason(outer));
    byte[] deep = inner;
    for (int i = 0; i < 50; i++) {
      deep = AbiFunction.of("ExecutionFailed(uint256,bytes)").encode(1, deep);
    }
    assertTrue(Reverts.reason(deep).length() < 300);
    assertEquals("reverted without a reason", Reverts.reason(Bytes.none()));
  }

  @ParameterizedTest
  @CsvSource({
    "Too little received, BAD_PRICE",
    "UniswapV2Router: INSUFFICIENT_OUTPUT_AMOUNT, BAD_PRICE",
    "Price slippage check, BAD_PRICE",
    "STF, INSUFFICIENT_FUNDS",
    "ERC20: transfer amount exceeds balance, INSUFFICIENT_FUNDS",
    "TransferHelper: TRANSFER_FROM_FAILED, INSUFFICIENT_FUNDS",
    "UniswapV2Router: EXPIRED, REJECTED",
    "Transaction too old, REJECTED",
  })
  void reasons_mean_something_to_whoever_trades(String reason, Fault.Kind kind) {
    EvmChain chain = chain(ONE);
    byte[] data = AbiFunction.of("Error(string)").encode(reason);
    a.on("eth_estimateGas", StubNode.error(3, "execution reverted", Bytes.hex(data)));
    assertEquals(
        Fault.of(kind, "reverted: " + reason),
        new Talk(chain, StubNode.wire(a)).fault(chain.estimate(draft())));
  }

  /** The wallet sends one in every third block: nonce 0 in block 3, 1 in 6, and so on. */
  @Test
  void who_took_a_nonce_is_found_by_halving() {
    EvmChain chain = chain(ONE);
    Talk talk = new Talk(chain, StubNode.wire(a));
    a.on(
        "eth_getTransactionCount",
        p -> {
          long block = Long.parseLong(p.at(1).asText().substring(2), 16);
          return StubNode.result('"' + Quantity.hex(block / 3) + '"');
        });
    a.on(
        "eth_getBlockByNumber",
        p -> {
          long block = Long.parseLong(p.at(0).asText().substring(2), 16);
          String other =
              "{\"from\":\"%s\",\"nonce\":\"0x5\",\"hash\":\"%s\"}".formatted(SPENDER, BLOCK_HASH);
          String ours = shown(signed(block / 3 - 1, "46"), WALLET.address());
          boolean used = block % 3 == 0 && block > 0;
          return StubNode.result("{\"transactions\":[" + other + (used ? "," + ours : "") + "]}");
        });
    String hash = signed(5, "46").hash();
    assertEquals(Optional.of(hash), talk.value(chain.sentWith(5, 1, 1000)));
    assertTrue(talk.asked.size() < 15, "asked " + talk.asked.size());
    assertEquals(Optional.of(hash), talk.value(chain.sentWith(5, 18, 18)));
    assertEquals(Optional.empty(), talk.value(chain.sentWith(5, 1, 17)), "not yet");
    assertEquals(Optional.empty(), talk.value(chain.sentWith(5, 19, 1000)), "before");
    assertEquals(Optional.empty(), talk.value(chain.sentWith(5, 20, 19)));
    a.on("eth_getTransactionCount", StubNode.error(-32000, "missing trie node"));
    assertTrue(talk.end(chain.sentWith(5, 1, 1000)).unknown(), "a node without counts of then");
  }

  private static EvmTransaction.Signed signed(long nonce, String key) {
    EvmTransaction transaction =
        EvmTransaction.dynamic(
            EvmNetwork.BASE.chainId(),
            nonce,
            BigInteger.TEN,
            BigInteger.ONE,
            21_000,
            TOKEN,
            BigInteger.ONE,
            Bytes.none());
    Secp256k1 signer = Secp256k1.hex(Secret.of(key.repeat(32)));
    return transaction.signed(signer.sign(transaction.digest()));
  }

  /** As a node shows it, whoever it says has sent it. */
  private static String shown(EvmTransaction.Signed signed, String from) {
    byte[] bytes = signed.bytes();
    List<Rlp> f = Rlp.decode(Arrays.copyOfRange(bytes, 1, bytes.length)).items();
    return """
        {"type":"0x2","chainId":"0x2105","nonce":"%s","maxPriorityFeePerGas":"0x1",
        "maxFeePerGas":"0xa","gas":"0x5208","to":"%s","value":"0x1","input":"0x","accessList":[],
        "yParity":"%s","r":"%s","s":"%s","hash":"%s","from":"%s"}"""
        .formatted(
            Quantity.hex(f.get(1).longNumber()),
            TOKEN,
            Quantity.hex(f.get(9).longNumber()),
            Quantity.hex(f.get(10).number()),
            Quantity.hex(f.get(11).number()),
            signed.hash(),
            from);
  }

  @Test
  void what_another_wallet_signed_takes_no_nonce_whatever_a_node_says() {
    EvmChain chain = chain(ONE);
    Talk talk = new Talk(chain, StubNode.wire(a));
    a.on("eth_getTransactionCount", StubNode.result("\"0x6\""));
    String foreign = shown(signed(5, "47"), WALLET.address());
    a.on("eth_getBlockByNumber", StubNode.result("{\"transactions\":[" + foreign + "]}"));
    assertThrows(TextException.class, () -> talk.value(chain.sentWith(5, 18, 18)));
    String claimed =
        shown(signed(5, "46"), WALLET.address())
            .replaceAll("\"hash\":\"[^\"]*", "\"hash\":\"" + HASH);
    a.on("eth_getBlockByNumber", StubNode.result("{\"transactions\":[" + claimed + "]}"));
    assertThrows(TextException.class, () -> talk.value(chain.sentWith(5, 18, 18)));
  }

  // ---- receipts

  private Receipt read(String json) {
    EvmChain chain = chain(ONE);
    a.on("eth_getTransactionReceipt", StubNode.result(json));
    return new Talk(chain, StubNode.wire(a)).value(chain.receipt(HASH)).orElseThrow();
  }

  @Test
  void a_receipt_tells_its_exact_cost_with_what_it_cost_elsewhere() {
    Receipt receipt = read(receipt(""));
    assertTrue(receipt.succeeded());
    assertEquals(11, receipt.blockNumber());
    assertEquals(BigInteger.valueOf(21_000L * 1_000_000_000), receipt.cost());
    assertEquals(
        BigInteger.valueOf(21_000L * 1_000_000_000 + 0x5be),
        read(receipt(",\"l1Fee\":\"0x5be\"")).cost());
    assertFalse(read(receipt("").replace("\"status\":\"0x1\"", "\"status\":\"0x0\"")).succeeded());
  }

  @Test
  void logs_are_read_with_small_letters() {
    String log =
        """
        {"address":"%s","topics":["0x%s"],"data":"0x0102"}"""
            .formatted(TOKEN.toString().toLowerCase(java.util.Locale.ROOT), "AB".repeat(32));
    Receipt.Log read =
        read(receipt("").replace("\"logs\":[]", "\"logs\":[" + log + "]")).logs().get(0);
    assertEquals(TOKEN.toString(), read.address());
    assertEquals(HASH, read.kind());
    assertArrayEquals(new byte[] {1, 2}, read.data());
  }

  @ParameterizedTest
  @CsvSource({
    "'\"status\":\"0x1\",', ''",
    "'\"status\":\"0x1\"', '\"status\":\"0x2\"'",
    "'\"status\":\"0x1\"', '\"status\":true'",
    "'\"transactionHash\":\"0xab', '\"transactionHash\":\"0xac'",
    "'\"blockNumber\":\"0xb\"', '\"blockNumber\":null'",
    "'\"blockNumber\":\"0xb\"', '\"blockNumber\":\"0xffffffffffffffffff\"'",
    "'\"gasUsed\":\"0x5208\"', '\"gasUsed\":\"21000\"'",
    "'\"effectiveGasPrice\":\"0x3b9aca00\",', ''",
    "'\"logs\":[]', '\"logs\":{}'",
    "'\"logs\":[]', '\"logs\":[{\"address\":\"0x00\",\"topics\":[],\"data\":\"0x\"}]'",
  })
  void a_receipt_that_does_not_say_all_is_unreadable(String from, String to) {
    assertThrows(TextException.class, () -> read(receipt("").replace(from, to)));
  }

  /** It was tried in the block before it, and where that does not fail, at the end of its own. */
  @Test
  void why_it_failed_is_what_it_fails_with_again() {
    EvmChain chain = chain(ONE);
    Talk talk = new Talk(chain, StubNode.wire(a));
    Receipt failed = new Receipt(HASH, 11, BLOCK_HASH, false, 21_000, BigInteger.ONE, List.of());
    a.on(
        "eth_call",
        p ->
            p.at(1).asText().equals("0xb")
                ? StubNode.error(3, "execution reverted", "0x39d35496")
                : StubNode.result("\"0x\""));
    assertEquals(
        Fault.of(Fault.Kind.BAD_PRICE, "reverted: V3TooLittleReceived"),
        talk.value(chain.whyFailed(draft(), failed)));
    a.on("eth_call", StubNode.result("\"0x\""));
    assertEquals("", talk.value(chain.whyFailed(draft(), failed)).raw());
    a.silent(true);
    assertTrue(talk.end(chain.whyFailed(draft(), failed)).unknown());
  }

  // ---- contracts

  private static final AbiFunction NUMBER = AbiFunction.of("number()(uint256)");

  /** Answers as the contract does that asks others: the value is the length of the call. */
  private String multicall(Json params) {
    assertEquals(BLOCK_HASH, params.at(1).text("blockHash"));
    AbiFunction aggregate = AbiFunction.of("aggregate3((address,bool,bytes)[])((bool,bytes)[])");
    if (!aggregate.matches(Hex.decode(params.at(0).text("data")))) {
      return StubNode.error(3, "execution reverted", "0x");
    }
    List<Object> rows = new ArrayList<>();
    for (AbiValues row :
        aggregate.arguments(Hex.decode(params.at(0).text("data"))).list(0, AbiValues.class)) {
      boolean good = !row.address(0).isZero();
      byte[] returned = good ? Abi.of("(uint256)").encode(row.bytes(2).length) : new byte[0];
      rows.add(List.of(good, returned));
    }
    return StubNode.result('"' + Bytes.hex(Abi.of("((bool,bytes)[])").encode(rows)) + '"');
  }

  @Test
  void contracts_are_asked_together_and_each_may_fail_alone() {
    EvmChain chain = chain(ONE);
    Talk talk = new Talk(chain, StubNode.wire(a));
    a.on("eth_call", this::multicall);
    List<ContractCall> calls = new ArrayList<>();
    for (int i = 0; i < 450; i++) {
      calls.add(ContractCall.of(i == 7 ? Address.ZERO : TOKEN, NUMBER));
    }
    List<ContractCall.Result> results = talk.value(chain.read(calls, BLOCK));
    assertEquals(450, results.size());
    // One that fails without a reason is asked by itself: another one may have taken its gas.
    assertEquals(4, talk.asked.size());
    assertEquals(BigInteger.valueOf(4), results.get(449).values().number(0));
    assertFalse(results.get(7).succeeded());
    var e = assertThrows(TextException.class, () -> results.get(7).values());
    assertTrue(e.getMessage().contains("number of " + Address.ZERO), e.getMessage());
    assertEquals(List.of(), talk.value(chain.read(List.of(), BLOCK)));
  }

  @Test
  void without_that_contract_nodes_are_asked_for_many_at_once() {
    EvmNetwork bare = EvmNetwork.of("bare", 1, "ETH").nodes("https://a.example");
    EvmChain chain = chain(bare);
    a.on("eth_chainId", StubNode.result("\"0x1\""));
    Talk talk = new Talk(chain, StubNode.wire(a));
    a.on(
        "eth_call",
        p ->
            p.at(0).text("to").equals(TOKEN.toString())
                ? StubNode.result('"' + Bytes.hex(Abi.of("(uint256)").encode(5)) + '"')
                : StubNode.error(3, "execution reverted", "0x39d35496"));
    List<ContractCall.Result> results =
        talk.value(
            chain.read(
                List.of(ContractCall.of(TOKEN, NUMBER), ContractCall.of(Address.ZERO, NUMBER)),
                BLOCK));
    assertEquals(BigInteger.valueOf(5), results.get(0).values().number(0));
    assertEquals("V3TooLittleReceived", results.get(1).reason());
    a.on("eth_call", StubNode.error(-32000, "header not found"));
    assertTrue(
        talk.end(chain.read(List.of(ContractCall.of(TOKEN, NUMBER)), BLOCK)).unknown(),
        "a node's trouble is no contract's");
  }

  // ---- tokens

  private void tokenSays(byte[] symbol, byte[] decimals) {
    a.on(
        "eth_call",
        p -> {
          AbiFunction aggregate =
              AbiFunction.of("aggregate3((address,bool,bytes)[])((bool,bytes)[])");
          if (!aggregate.matches(Hex.decode(p.at(0).text("data")))) {
            return StubNode.error(3, "execution reverted", "0x");
          }
          List<Object> rows = new ArrayList<>();
          for (AbiValues row :
              aggregate.arguments(Hex.decode(p.at(0).text("data"))).list(0, AbiValues.class)) {
            byte[] said = Tokens.SYMBOL.matches(row.bytes(2)) ? symbol : decimals;
            rows.add(List.of(said.length > 0, said));
          }
          return StubNode.result('"' + Bytes.hex(Abi.of("((bool,bytes)[])").encode(rows)) + '"');
        });
  }

  private Token token() {
    EvmChain chain = chain(ONE);
    return new Talk(chain, StubNode.wire(a)).value(chain.token(TOKEN.toString()));
  }

  @Test
  void a_token_is_what_its_contract_says() {
    byte[] six = Abi.of("(uint8)").encode(6);
    tokenSays(Abi.of("(string)").encode("USD₮0"), six);
    assertEquals("USD₮0", token().symbol());
    assertEquals(6, token().decimals());
    assertEquals(TOKEN.toString(), token().address());
    tokenSays(Hex.decode("4d4b5200" + "00".repeat(28)), six);
    assertEquals("MKR", token().symbol(), "in 32 bytes");
    tokenSays(Abi.of("(string)").encode("A-B C\n\u202e<b>" + "x".repeat(100)), six);
    assertEquals("ABCbxxxxxxxxxxxx", token().symbol());
    tokenSays(Abi.of("(string)").encode("\n"), six);
    assertEquals("0x5aaeb6", token().symbol());
    tokenSays(Bytes.none(), six);
    assertEquals("0x5aaeb6", token().symbol(), "some have none");
  }

  @Test
  void what_has_no_decimals_is_no_token() {
    for (byte[] decimals :
        List.of(Bytes.none(), Abi.of("(uint8)").encode(200), Abi.of("(uint256)").encode(256))) {
      tokenSays(Abi.of("(string)").encode("X"), decimals);
      EvmChain chain = chain(ONE);
      Talk talk = new Talk(chain, StubNode.wire(a));
      assertEquals(Fault.Kind.REJECTED, talk.fault(chain.token(TOKEN.toString())).kind());
    }
  }

  /** As where somebody mistook a wallet for a token: no node is to blame. */
  @Test
  void an_address_without_a_contract_is_a_fault_and_no_trouble() {
    EvmChain chain = chain(TWO);
    Talk talk = new Talk(chain, StubNode.wire(a, b));
    a.on("eth_call", StubNode.result("\"0x\""));
    Fault fault = talk.fault(chain.allowance(new Token(TOKEN.toString(), "X", 18), SPENDER));
    assertEquals(Fault.Kind.REJECTED, fault.kind());
    assertTrue(fault.raw().contains("allowance of " + TOKEN), fault.raw());
    assertEquals(1, talk.asked.size());
  }

  @Test
  void balances_are_of_one_block() {
    EvmChain chain = chain(ONE);
    Talk talk = new Talk(chain, StubNode.wire(a));
    a.on("eth_call", this::multicall);
    a.on(
        "eth_getBalance",
        p -> {
          assertEquals(BLOCK_HASH, p.at(1).text("blockHash"));
          return StubNode.result("\"0x7\"");
        });
    Token token = new Token(TOKEN.toString(), "X", 18);
    assertEquals(
        List.of(
            new TokenAmount(token, BigInteger.valueOf(36)),
            new TokenAmount(chain.nativeToken(), BigInteger.valueOf(7)),
            new TokenAmount(token, BigInteger.valueOf(36))),
        talk.value(chain.balances(List.of(token, chain.nativeToken(), token), BLOCK)));
  }

  @Test
  void a_token_that_does_not_tell_hides_no_other_balance() {
    EvmChain chain = chain(ONE);
    a.on("eth_call", this::multicall);
    a.on("eth_getBalance", StubNode.result("\"0x7\""));
    Token mute = new Token(Address.ZERO.toString(), "MUTE", 18);
    Token token = new Token(TOKEN.toString(), "X", 18);
    assertEquals(
        List.of(
            new TokenAmount(token, BigInteger.valueOf(36)),
            new TokenAmount(chain.nativeToken(), BigInteger.valueOf(7))),
        new Talk(chain, StubNode.wire(a))
            .value(chain.balances(List.of(mute, token, chain.nativeToken()), BLOCK)));
  }

  @Test
  void an_allowance_is_exact_unless_it_was_said_otherwise() {
    Token token = new Token(TOKEN.toString(), "X", 18);
    Plan.Allowance wanted = new Plan.Allowance(new TokenAmount(token, BigInteger.TEN), SPENDER);
    EvmChain exact = chain(ONE);
    List<TransactionDraft> drafts = exact.allow(wanted, BigInteger.ONE, false);
    assertEquals(1, drafts.size());
    assertEquals(TOKEN.toString(), drafts.get(0).to());
    AbiValues approve = Tokens.APPROVE.arguments(drafts.get(0).data());
    assertEquals(Address.of(SPENDER), approve.address("spender"));
    assertEquals(BigInteger.TEN, approve.number("amount"));
    AbiValues any =
        Tokens.APPROVE.arguments(exact.allow(wanted, BigInteger.ZERO, true).get(0).data());
    assertEquals(256, any.number("amount").bitLength());
  }

  @Test
  void tokens_that_want_it_are_reset_first() {
    Token token = new Token(TOKEN.toString(), "X", 18);
    Plan.Allowance wanted = new Plan.Allowance(new TokenAmount(token, BigInteger.TEN), SPENDER);
    EvmChain chain = chain(ONE.resetFirst(TOKEN.toString()));
    assertEquals(1, chain.allow(wanted, BigInteger.ZERO, false).size());
    List<TransactionDraft> drafts = chain.allow(wanted, BigInteger.ONE, false);
    assertEquals(2, drafts.size());
    assertEquals(BigInteger.ZERO, Tokens.APPROVE.arguments(drafts.get(0).data()).number("amount"));
  }

  @Test
  void the_asset_is_wrapped_and_unwrapped() {
    EvmChain chain = chain(ONE);
    TransactionDraft wrap = chain.wrap(BigInteger.TEN);
    assertEquals(BigInteger.TEN, wrap.value());
    assertEquals("d0e30db0", Hex.encode(wrap.data()));
    assertEquals("wrap 0.000000000000000010 ETH", wrap.what());
    TransactionDraft unwrap = chain.unwrap(BigInteger.TEN);
    assertEquals(BigInteger.ZERO, unwrap.value());
    assertTrue(Hex.encode(unwrap.data()).startsWith("2e1a7d4d"));
    assertEquals("unwrap 0.000000000000000010 WETH", unwrap.what());
    var e =
        assertThrows(
            IllegalStateException.class, () -> chain(EvmNetwork.CELO).wrap(BigInteger.TEN));
    assertEquals("nothing wraps the CELO of celo", e.getMessage());
  }

  @Test
  void a_connector_without_a_wallet_looks_and_does_not_sign() {
    EvmChain chain = (EvmChain) EvmChain.on(ONE, null).dialect();
    assertNull(chain.wallet());
    assertThrows(IllegalStateException.class, chain::nonce);
    assertThrows(IllegalStateException.class, chain::nothing);
    assertThrows(
        IllegalStateException.class,
        () -> chain.sign(draft(), 0, 1, new GasPrice(BigInteger.ONE, BigInteger.ONE)));
  }

  // ---- whatever comes

  /** Any change of any answer is refused, or read; nothing else is thrown, nothing hangs. */
  @Test
  void any_answer_is_read_or_refused() {
    SplittableRandom random = new SplittableRandom(6);
    String good = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + receipt("") + "}";
    String batch = "[" + good + ",{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":\"0x64\"}]";
    EvmChain chain = chain(TWO);
    int read = 0;
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder(batch);
      for (int k = random.nextInt(3); k >= 0; k--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, (char) random.nextInt(32, 127));
          case 1 -> text.deleteCharAt(at);
          default -> text.insert(at, (char) random.nextInt(32, 127));
        }
      }
      a.always(Talk.reply(200, text.toString()));
      b.always(Talk.reply(200, text.toString()));
      Talk talk = new Talk(chain, StubNode.wire(a, b));
      Call<Optional<Receipt>> call = chain.receipt(HASH);
      try {
        Talk.End<Optional<Receipt>> end = talk.end(call);
        read += end.value() == null ? 0 : 1;
        refused += end.value() == null ? 1 : 0;
      } catch (TextException e) {
        refused++;
      }
    }
    assertTrue(read > 100 && refused > 1000, read + " read, " + refused + " refused");
  }

  @Test
  void every_network_has_a_profile_and_says_that_nothing_was_checked() {
    for (EvmNetwork network : EvmNetwork.all()) {
      EvmChain chain = (EvmChain) EvmChain.on(network, WALLET).dialect();
      assertEquals(network.name(), chain.profile().name());
      assertTrue(chain.profile().hosts().get("live").containsKey("node0"));
      assertTrue(network.known().stream().noneMatch(EvmNetwork.Known::checked));
      assertEquals(1, chain.streams().size());
      assertTrue(network.confirmations() > 0);
      assertTrue(network.find("wrapped") != null || network == EvmNetwork.CELO);
    }
    assertEquals(
        EvmNetwork.all().size(),
        EvmNetwork.all().stream().map(EvmNetwork::chainId).distinct().count());
    assertTrue(chain(ONE).streams().isEmpty(), "another's stream is of another chain");
  }
}
