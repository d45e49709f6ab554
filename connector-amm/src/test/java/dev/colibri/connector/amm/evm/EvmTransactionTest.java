package dev.colibri.connector.amm.evm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.Secp256k1;
import dev.colibri.connector.text.Secret;
import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The example of EIP-155, and 100 random transactions that ethers 6.17 signed. */
class EvmTransactionTest {
  private static final Address TO = Address.of("0x3535353535353535353535353535353535353535");
  private static final String DIGEST =
      "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53";
  private static final String SIGNED =
      "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a0"
          + "28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a0"
          + "67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83";

  private static EvmTransaction.Signed sign(EvmTransaction transaction, String key) {
    return transaction.signed(Secp256k1.hex(Secret.of(key)).sign(transaction.digest()));
  }

  @Test
  void the_example_of_eip_155() {
    EvmTransaction transaction =
        EvmTransaction.legacy(
            1,
            9,
            BigInteger.valueOf(20_000_000_000L),
            21_000,
            TO,
            BigInteger.TEN.pow(18),
            Bytes.none());
    assertEquals(DIGEST, Hex.encode(transaction.digest()));
    EvmTransaction.Signed signed = sign(transaction, "46".repeat(32));
    assertEquals(SIGNED, Hex.encode(signed.bytes()));
    assertEquals(
        Address.of("0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F"),
        EvmTransaction.decode(signed.bytes()).sender());
  }

  @Test
  void what_ethers_signed_is_signed_and_read_alike() {
    List<List<String>> golden = Golden.lines("transactions.txt").toList();
    for (List<String> line : golden) {
      boolean dynamic = line.get(1).equals("dynamic");
      long chain = Long.parseLong(line.get(2));
      long nonce = Long.parseLong(line.get(3));
      BigInteger most = new BigInteger(line.get(4));
      long gas = Long.parseLong(line.get(6));
      Address to = line.get(7).equals("-") ? null : Address.of(line.get(7));
      BigInteger value = new BigInteger(line.get(8));
      byte[] data = Hex.decode(line.get(9));
      EvmTransaction transaction =
          dynamic
              ? EvmTransaction.dynamic(
                  chain, nonce, most, new BigInteger(line.get(5)), gas, to, value, data)
              : EvmTransaction.legacy(chain, nonce, most, gas, to, value, data);
      EvmTransaction.Signed signed = sign(transaction, line.get(0));
      assertEquals(line.get(10), Bytes.hex(signed.bytes()));
      assertEquals(line.get(11), signed.hash());

      EvmTransaction.Signed read = EvmTransaction.decode(Hex.decode(line.get(10)));
      assertEquals(transaction, read.transaction());
      assertEquals(transaction.toString(), read.transaction().toString());
      assertArrayEquals(data, read.transaction().data());
      assertEquals(!dynamic, read.transaction().isLegacy());
      assertEquals(Address.of(line.get(12)), read.sender());
      assertEquals(signed.hash(), read.hash());
    }
    assertEquals(100, golden.size());
  }

  @Test
  void numbers_out_of_their_range_are_refused() {
    BigInteger one = BigInteger.ONE;
    for (BigInteger bad : List.of(one.negate(), one.shiftLeft(256))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> EvmTransaction.legacy(1, 0, one, 1, TO, bad, Bytes.none()));
      assertThrows(
          IllegalArgumentException.class,
          () -> EvmTransaction.legacy(1, 0, bad, 1, TO, one, Bytes.none()));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> EvmTransaction.dynamic(1, 0, one, BigInteger.TWO, 1, TO, one, Bytes.none()));
    assertThrows(
        IllegalArgumentException.class,
        () -> EvmTransaction.legacy(0, 0, one, 1, TO, one, Bytes.none()));
    assertThrows(
        IllegalArgumentException.class,
        () -> EvmTransaction.legacy(1, -1, one, 1, TO, one, Bytes.none()));
  }

  /** A chain would take it under another hash, or not at all. */
  @Test
  void a_signature_with_the_higher_s_is_refused() {
    EvmTransaction t =
        EvmTransaction.legacy(1, 0, BigInteger.ONE, 1, TO, BigInteger.ONE, Bytes.none());
    Secp256k1.Signature s = Secp256k1.hex(Secret.of("46".repeat(32))).sign(t.digest());
    BigInteger order =
        new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
    var high = new Secp256k1.Signature(s.r(), order.subtract(s.s()), s.recoveryId() ^ 1);
    assertTrue(s.isLow());
    assertFalse(high.isLow());
    assertEquals(
        t.signed(s).sender(), Address.of(Secp256k1.signer(t.digest(), high)), "it is lawful");
    assertThrows(IllegalArgumentException.class, () -> t.signed(high));
  }

  @Test
  void what_is_bound_to_no_chain_or_of_another_kind_is_refused() {
    String rest = SIGNED.substring(SIGNED.indexOf("25a028ef") + 2);
    String head = SIGNED.substring(0, SIGNED.indexOf("25a028ef"));
    assertThrows(TextException.class, () -> EvmTransaction.decode(Hex.decode(head + "1b" + rest)));
    for (String bytes : List.of("", "01c0", "03c0", "02c0", "c0", "02" + SIGNED)) {
      assertThrows(TextException.class, () -> EvmTransaction.decode(Hex.decode(bytes)));
    }
  }

  /**
   * What is read is what was signed: any change of it is refused, or has another hash and sender.
   */
  @Test
  void any_change_is_refused_or_told() {
    SplittableRandom random = new SplittableRandom(6);
    List<List<String>> golden = Golden.lines("transactions.txt").toList();
    int read = 0;
    for (int i = 0; i < 500; i++) {
      List<String> line = golden.get(random.nextInt(golden.size()));
      byte[] bytes = Hex.decode(line.get(10));
      int at = random.nextInt(bytes.length);
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      try {
        EvmTransaction.Signed signed = EvmTransaction.decode(bytes);
        assertFalse(line.get(11).equals(signed.hash()));
        read++;
        assertFalse(line.get(12).equals(signed.sender().toString()));
      } catch (TextException e) {
        assertFalse(e.getMessage().isEmpty());
      }
    }
    assertTrue(read > 100, "some must be readable: " + read);
  }
}
