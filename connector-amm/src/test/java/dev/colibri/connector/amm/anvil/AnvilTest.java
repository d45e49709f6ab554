package dev.colibri.connector.amm.anvil;

import static dev.colibri.connector.amm.anvil.Contracts.ALPHA;
import static dev.colibri.connector.amm.anvil.Contracts.E18;
import static dev.colibri.connector.amm.anvil.Contracts.OLD;
import static dev.colibri.connector.amm.anvil.Contracts.TAXED;
import static dev.colibri.connector.amm.anvil.Contracts.USDT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Hex;
import java.math.BigInteger;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That the chain of these tests is what they take it for. */
@Timeout(300)
class AnvilTest {
  private static final String SOMEBODY = "0x" + "5".repeat(40);
  private static Contracts.Chain chain;
  private static String clean;

  @BeforeAll
  static void start() {
    chain = Contracts.start();
    clean = chain.anvil.snapshot();
  }

  @AfterAll
  static void stop() {
    if (chain != null) {
      chain.close();
    }
  }

  @BeforeEach
  void afresh() {
    chain.anvil.revert(clean);
    clean = chain.anvil.snapshot();
  }

  @Test
  void every_contract_has_code() {
    for (Contracts c : Contracts.values()) {
      assertTrue(chain.rpc.send("eth_getCode", chain.at(c), "latest").asText().length() > 100);
    }
  }

  @Test
  void the_pools_of_v3_are_those_of_chains_of_the_world() {
    assertEquals(
        "e34f199b19b2b4f47f68442619d555527d244f78a3297ea89325f843f87b8b54",
        Hex.encode(
            Digest.keccak256(
                Bytecode.of(
                    "@uniswap/v3-core@1.0.1",
                    "artifacts/contracts/UniswapV3Pool.sol/UniswapV3Pool.json"))));
  }

  @Test
  void odd_tokens_are_odd() {
    chain.give(TAXED, SOMEBODY, BigInteger.valueOf(1_000));
    assertEquals(BigInteger.valueOf(990), chain.balance(TAXED, SOMEBODY));

    byte[] transfer = Abi.call("transfer(address,uint256)", SOMEBODY, 7);
    assertEquals("0x", called(chain.at(USDT), transfer));
    assertEquals(2 + 64, called(chain.at(ALPHA), transfer).length());

    chain.anvil.send(chain.at(USDT), "approve(address,uint256)", SOMEBODY, 5);
    byte[] approve = Abi.call("approve(address,uint256)", SOMEBODY, 6);
    var refused = assertThrows(Rpc.Refusal.class, () -> called(chain.at(USDT), approve));
    assertTrue(refused.getMessage().contains("reset first"), refused.getMessage());

    byte[] symbol = chain.rpc.view(chain.at(OLD), "symbol()", "(bytes32)").bytes(0);
    assertEquals('O', symbol[0]);
    assertEquals(0, symbol[3]);
  }

  private static String called(String to, byte[] data) {
    Map<String, ?> call = Map.of("from", chain.anvil.rich, "to", to, "data", Rpc.hex(data));
    return chain.rpc.send("eth_call", call, "latest").asText();
  }

  @Test
  void a_reorganised_block_is_gone_with_what_was_in_it() {
    long before = chain.rpc.block();
    String hash =
        chain.anvil.send(chain.anvil.rich, SOMEBODY, E18, new byte[0]).text("transactionHash");
    chain.anvil.reorg(1);
    assertTrue(chain.anvil.receipt(hash).isNull());
    assertEquals(before + 1, chain.rpc.block());
  }

  @Test
  void transactions_wait_when_they_are_told_to() {
    chain.anvil.automine(false);
    try {
      String hash =
          chain
              .rpc
              .send(
                  "eth_sendTransaction",
                  Map.of("from", chain.anvil.rich, "to", SOMEBODY, "value", "0x1"))
              .asText();
      assertTrue(chain.anvil.receipt(hash).isNull());
      chain.anvil.mine();
      assertEquals("0x1", chain.anvil.mined(hash).text("status"));
    } finally {
      chain.anvil.automine(true);
    }
  }
}
