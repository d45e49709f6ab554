package dev.colibri.connector.amm.evm;

import dev.colibri.connector.spi.Signer;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.Keystore;
import dev.colibri.connector.text.Secp256k1;
import dev.colibri.connector.text.Secret;
import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * A wallet whose key this process holds. The key is in no text that it gives: not in {@link
 * #toString()}, not in an exception. Immutable.
 *
 * <p>One whose key is elsewhere is any other {@link Signer}.
 */
public final class EvmWallet implements Signer {
  private static final int SIGNATURE = 65;

  private final Secp256k1 key;
  private final Address address;
  private final Predicate<String> agrees;

  private EvmWallet(Secp256k1 key, Address address, Predicate<String> agrees) {
    this.key = key;
    this.address = address;
    this.agrees = agrees;
  }

  /**
   * Of a key: 32 bytes as hexadecimal, with or without {@code 0x}.
   *
   * @throws TextException when it is none; its text is not quoted
   */
  public static EvmWallet of(Secret key) {
    Secp256k1 known = Secp256k1.hex(key);
    return new EvmWallet(known, Address.of(known.address()), what -> true);
  }

  /**
   * Of the key in a variable of the environment.
   *
   * @throws IllegalStateException that names the variable when it is not set
   * @throws TextException when it holds no key
   */
  public static EvmWallet fromEnv(String variable) {
    return of(Secret.fromEnv(variable));
  }

  /**
   * Of an encrypted file: Web3 Secret Storage, version 3.
   *
   * @param json the file's text, as of {@code Files.readString}
   * @throws TextException when it is no such file, the password is not its own, or the key is not
   *     of the address that the file says
   */
  public static EvmWallet keystore(String json, Secret password) {
    EvmWallet wallet = of(Keystore.decrypt(json, password));
    String said = Keystore.address(json);
    if (said != null && !Address.of(Hex.decode(said)).equals(wallet.address)) {
      throw new TextException("a keystore of " + Escape.text(said) + " with another's key");
    }
    return wallet;
  }

  /**
   * The same wallet, that asks before it signs anything.
   *
   * @param agrees told what is agreed to by it; what it does not agree to is not signed. Called on
   *     whichever thread signs, while the connector waits.
   */
  public EvmWallet asking(Predicate<String> agrees) {
    return new EvmWallet(key, address, agrees);
  }

  @Override
  public String address() {
    return address.toString();
  }

  @Override
  public byte[] sign(String what, byte[] digest) {
    if (!agrees.test(what)) {
      throw new SecurityException("not agreed to: " + what);
    }
    return bytes(key.sign(digest));
  }

  private static byte[] bytes(Secp256k1.Signature signature) {
    return Bytes.concat(
        Hex.decode(signature.rHex()),
        Hex.decode(signature.sHex()),
        new byte[] {(byte) signature.recoveryId()});
  }

  /**
   * What any signer gave for a digest, when it is what it should be.
   *
   * @throws SecurityException when it is not in the form that chains take, or not of the wallet
   */
  static Secp256k1.Signature signature(Signer signer, String what, byte[] digest) {
    byte[] bytes = signer.sign(what, digest);
    if (bytes.length != SIGNATURE) {
      throw new SecurityException("a signature of " + bytes.length + " bytes, not " + SIGNATURE);
    }
    Secp256k1.Signature signature =
        new Secp256k1.Signature(
            new BigInteger(1, Arrays.copyOfRange(bytes, 0, 32)),
            new BigInteger(1, Arrays.copyOfRange(bytes, 32, 64)),
            bytes[64]);
    if (bytes[64] < 0 || bytes[64] > 1 || !signature.isLow()) {
      throw new SecurityException("a signature that no chain takes: its last byte, or a high s");
    }
    // Ours is of its key; one that came from elsewhere would be found out by losing its nonce.
    if (!(signer instanceof EvmWallet)) {
      try {
        Address of = Address.of(Secp256k1.signer(digest, signature));
        if (!of.equals(Address.of(signer.address()))) {
          throw new SecurityException("a signature of " + of + ", not of " + signer.address());
        }
      } catch (TextException e) {
        throw new SecurityException("a signature of nobody: " + e.getMessage(), e);
      }
    }
    return signature;
  }

  /** The address. */
  @Override
  public String toString() {
    return address.toString();
  }
}
