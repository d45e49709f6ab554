package dev.colibri.connector.amm.evm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.spi.Signer;
import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Keystore;
import dev.colibri.connector.text.Secp256k1;
import dev.colibri.connector.text.Secret;
import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Keys sign what they are told, and are never told. */
class EvmWalletTest {
  private static final String KEY = "46".repeat(32);
  private static final String ADDRESS = "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F";
  private static final byte[] DIGEST = Digest.sha256("a message");

  @Test
  void a_wallet_is_of_its_key() {
    EvmWallet wallet = EvmWallet.of(Secret.of(KEY));
    assertEquals(ADDRESS, wallet.address());
    assertEquals(ADDRESS, wallet.toString());
    assertEquals(ADDRESS, EvmWallet.of(Secret.of("0x" + KEY)).address());
    var signature = EvmWallet.signature(wallet, "a message", DIGEST);
    assertEquals(
        Address.of(ADDRESS), Address.of(Secp256k1.signer(DIGEST, signature)), "its own signature");
  }

  @Test
  void a_keystore_is_read_and_must_be_of_the_address_that_it_says() {
    Secret password = Secret.of("correct horse");
    String file =
        Keystore.encrypt(Secret.of(KEY), password, Keystore.Cost.LIGHT, new SplittableRandom(6));
    assertEquals(ADDRESS, EvmWallet.keystore(file, password).address());
    String other = file.replace("9d8a62f6", "9d8a62f7");
    assertThrows(TextException.class, () -> EvmWallet.keystore(other, password));
    var e = assertThrows(TextException.class, () -> EvmWallet.keystore(file, Secret.of("wrong")));
    assertFalse(e.getMessage().contains("wrong"), e.getMessage());
  }

  @Test
  void whoever_keeps_the_wallet_sees_what_is_signed_and_may_refuse() {
    List<String> seen = new ArrayList<>();
    EvmWallet wallet =
        EvmWallet.of(Secret.of(KEY)).asking(what -> seen.add(what) && !what.contains("all"));
    wallet.sign("pay 1 ETH", DIGEST);
    var e = assertThrows(SecurityException.class, () -> wallet.sign("pay all", DIGEST));
    assertEquals("not agreed to: pay all", e.getMessage());
    assertEquals(List.of("pay 1 ETH", "pay all"), seen);
  }

  @Test
  void no_text_of_a_wallet_holds_its_key() {
    for (String secret : List.of("zz" + KEY.substring(2), KEY + "46", "f".repeat(64))) {
      var e = assertThrows(TextException.class, () -> EvmWallet.of(Secret.of(secret)));
      for (Throwable t = e; t != null; t = t.getCause()) {
        assertFalse(String.valueOf(t.getMessage()).contains(secret.substring(0, 12)));
      }
    }
    var e =
        assertThrows(
            IllegalStateException.class, () -> EvmWallet.fromEnv("COLIBRI_TEST_NO_SUCH_KEY"));
    assertTrue(e.getMessage().contains("COLIBRI_TEST_NO_SUCH_KEY"), e.getMessage());
  }

  /** Another's signer may be broken, or be the wrong one: nothing of it is believed. */
  @Test
  void what_another_signer_gives_must_be_a_signature_of_the_wallet() {
    EvmWallet ours = EvmWallet.of(Secret.of(KEY));
    EvmWallet another = EvmWallet.of(Secret.of("47".repeat(32)));
    byte[] lawful = ours.sign("x", DIGEST);
    assertEquals(65, lawful.length);
    assertArrayEquals(lawful, bytes(EvmWallet.signature(remote(lawful), "x", DIGEST), lawful[64]));

    BigInteger order =
        new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
    byte[] high = lawful.clone();
    byte[] s = Rlp.of(order.subtract(number(lawful, 32))).bytes();
    System.arraycopy(s, 0, high, 64 - s.length, s.length);
    byte[] parity = lawful.clone();
    parity[64] = 27;
    byte[] flipped = lawful.clone();
    flipped[64] ^= 1;
    for (byte[] bad :
        List.of(
            another.sign("x", DIGEST),
            ours.sign("x", Digest.sha256("another message")),
            high,
            parity,
            flipped,
            new byte[65],
            new byte[64])) {
      assertThrows(SecurityException.class, () -> EvmWallet.signature(remote(bad), "x", DIGEST));
    }
  }

  private static BigInteger number(byte[] bytes, int from) {
    return new BigInteger(1, java.util.Arrays.copyOfRange(bytes, from, from + 32));
  }

  private static byte[] bytes(Secp256k1.Signature s, byte parity) {
    return Bytes.concat(Abi.of("(uint256,uint256)").encode(s.r(), s.s()), new byte[] {parity});
  }

  private static Signer remote(byte[] signature) {
    return new Signer() {
      @Override
      public String address() {
        return ADDRESS;
      }

      @Override
      public byte[] sign(String what, byte[] digest) {
        return signature;
      }
    };
  }
}
