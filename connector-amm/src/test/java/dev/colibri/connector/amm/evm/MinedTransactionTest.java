package dev.colibri.connector.amm.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Transactions of every kind that a wallet signs, as nodes show them; signed by ethers 6.17. */
class MinedTransactionTest {
  private static final Address SENDER = Address.of("0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F");
  private static final List<List<String>> GOLDEN = Golden.lines("mined.txt").toList();

  @TestFactory
  Stream<DynamicTest> whose_it_is_says_the_signature() {
    assertEquals(8, GOLDEN.size());
    return GOLDEN.stream()
        .map(
            line ->
                DynamicTest.dynamicTest(
                    line.get(0),
                    () -> assertEquals(SENDER, MinedTransaction.sender(Json.parse(line.get(1))))));
  }

  @Test
  void what_is_changed_has_another_hash() {
    for (List<String> line : GOLDEN) {
      String text = line.get(1);
      for (String field : List.of("nonce", "gas", "value", "s", "r")) {
        String changed = text.replaceFirst("\"" + field + "\":\"0x", "\"" + field + "\":\"0x1");
        // A number of 32 bytes has no digit more.
        TextException e =
            assertThrows(
                TextException.class, () -> MinedTransaction.sender(Json.parse(changed)), changed);
        assertTrue(!changed.equals(text), e.getMessage());
      }
    }
  }

  @Test
  void what_wallets_do_not_sign_is_no_ones() {
    String deposit = GOLDEN.get(0).get(1).replace("\"type\":\"0x0\"", "\"type\":\"0x7e\"");
    assertThrows(TextException.class, () -> MinedTransaction.sender(Json.parse(deposit)));
  }
}
