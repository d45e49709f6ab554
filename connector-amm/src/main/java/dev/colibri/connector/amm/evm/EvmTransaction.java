package dev.colibri.connector.amm.evm;

import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Secp256k1;
import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a wallet signs: of type 2 with two prices of gas (EIP-1559), or of the older kind with one
 * (EIP-155), each bound to one chain. Immutable.
 */
public final class EvmTransaction {
  private static final byte DYNAMIC = 2;
  private static final int MOST_BYTES = 1 << 20;

  private final long chainId;
  private final long nonce;
  private final BigInteger most;
  private final @Nullable BigInteger tip;
  private final long gasLimit;
  private final @Nullable Address to;
  private final BigInteger value;
  private final byte[] data;

  private EvmTransaction(
      long chainId,
      long nonce,
      BigInteger most,
      @Nullable BigInteger tip,
      long gasLimit,
      @Nullable Address to,
      BigInteger value,
      byte[] data) {
    if (chainId < 1 || nonce < 0 || gasLimit < 0 || !isUnsigned(most) || !isUnsigned(value)) {
      throw new IllegalArgumentException(
          "chain " + chainId + ", nonce " + nonce + ", gas " + gasLimit + " at " + most);
    }
    if (tip != null && (!isUnsigned(tip) || tip.compareTo(most) > 0)) {
      throw new IllegalArgumentException("a tip of " + tip + " in a price of " + most);
    }
    this.chainId = chainId;
    this.nonce = nonce;
    this.most = most;
    this.tip = tip;
    this.gasLimit = gasLimit;
    this.to = to;
    this.value = value;
    this.data = data;
  }

  private static boolean isUnsigned(BigInteger number) {
    return number.signum() >= 0 && number.bitLength() <= 256;
  }

  /**
   * Of type 2.
   *
   * @param most what a unit of gas costs at the most, in wei
   * @param tip of it to whoever makes the block, at the most
   * @param to null to make a contract of the data
   * @param value in wei
   * @param data not copied, and must not be changed
   * @throws IllegalArgumentException when a number is out of its range
   */
  public static EvmTransaction dynamic(
      long chainId,
      long nonce,
      BigInteger most,
      BigInteger tip,
      long gasLimit,
      @Nullable Address to,
      BigInteger value,
      byte[] data) {
    return new EvmTransaction(
        chainId, nonce, most, Objects.requireNonNull(tip), gasLimit, to, value, data);
  }

  /** Of the older kind, with one price of gas; otherwise as {@link #dynamic}. */
  public static EvmTransaction legacy(
      long chainId,
      long nonce,
      BigInteger gasPrice,
      long gasLimit,
      @Nullable Address to,
      BigInteger value,
      byte[] data) {
    return new EvmTransaction(chainId, nonce, gasPrice, null, gasLimit, to, value, data);
  }

  /** What is signed: 32 bytes. */
  public byte[] digest() {
    List<Rlp> fields = fields();
    if (tip == null) {
      fields.addAll(List.of(Rlp.of(chainId), Rlp.of(0), Rlp.of(0)));
    }
    return Digest.keccak256(encode(fields));
  }

  /**
   * The transaction with a signature of its {@link #digest()}, which is not verified.
   *
   * @throws IllegalArgumentException when it is not in the form that chains take, with the lower s
   */
  public Signed signed(Secp256k1.Signature signature) {
    int parity = signature.recoveryId();
    if (parity > 1 || parity < 0 || !signature.isLow()) {
      throw new IllegalArgumentException("no chain takes such a signature: recovery id or high s");
    }
    List<Rlp> fields = fields();
    fields.add(tip == null ? Rlp.of(v(chainId, parity)) : Rlp.of(parity));
    fields.add(Rlp.of(signature.r()));
    fields.add(Rlp.of(signature.s()));
    byte[] bytes = encode(fields);
    return new Signed(this, signature, Bytes.hex(Digest.keccak256(bytes)), bytes);
  }

  private static BigInteger v(long chainId, int parity) {
    return BigInteger.valueOf(chainId).shiftLeft(1).add(BigInteger.valueOf(35L + parity));
  }

  private List<Rlp> fields() {
    List<Rlp> fields = new ArrayList<>();
    if (tip != null) {
      fields.add(Rlp.of(chainId));
    }
    fields.add(Rlp.of(nonce));
    if (tip != null) {
      fields.add(Rlp.of(tip));
    }
    fields.add(Rlp.of(most));
    fields.add(Rlp.of(gasLimit));
    fields.add(Rlp.of(to == null ? Bytes.none() : to.bytes()));
    fields.add(Rlp.of(value));
    fields.add(Rlp.of(data));
    if (tip != null) {
      fields.add(Rlp.list());
    }
    return fields;
  }

  private byte[] encode(List<Rlp> fields) {
    byte[] list = Rlp.list(fields).encode();
    return tip == null ? list : Bytes.concat(new byte[] {DYNAMIC}, list);
  }

  /**
   * Reads a signed transaction of one of both kinds.
   *
   * @param bytes not copied, and must not be changed
   * @throws TextException when it is of another kind, has an access list, is bound to no chain, or
   *     is not written in the one lawful way
   */
  public static Signed decode(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > MOST_BYTES) {
      throw new TextException("a transaction of " + bytes.length + " bytes");
    }
    Signed read;
    try {
      read = bytes[0] == DYNAMIC ? readDynamic(bytes) : readLegacy(bytes);
    } catch (IllegalArgumentException e) {
      throw new TextException("not a transaction: " + e.getMessage(), e);
    }
    if (!Arrays.equals(read.bytes, bytes)) {
      throw new TextException("a transaction that would be written in another way");
    }
    return read;
  }

  private static Signed readDynamic(byte[] bytes) {
    List<Rlp> f = fields(Arrays.copyOfRange(bytes, 1, bytes.length), 12);
    if (!f.get(8).items().isEmpty()) {
      throw new TextException("a transaction with an access list, which is not ours");
    }
    EvmTransaction transaction =
        dynamic(
            f.get(0).longNumber(),
            f.get(1).longNumber(),
            f.get(3).number(),
            f.get(2).number(),
            f.get(4).longNumber(),
            to(f.get(5)),
            f.get(6).number(),
            f.get(7).bytes());
    long parity = f.get(9).longNumber();
    return transaction.signed(
        new Secp256k1.Signature(f.get(10).number(), f.get(11).number(), (int) Math.min(parity, 2)));
  }

  private static Signed readLegacy(byte[] bytes) {
    List<Rlp> f = fields(bytes, 9);
    BigInteger v = f.get(6).number().subtract(BigInteger.valueOf(35));
    if (v.signum() < 0 || v.bitLength() > 63) {
      throw new TextException("a transaction that is bound to no chain");
    }
    EvmTransaction transaction =
        legacy(
            v.shiftRight(1).longValue(),
            f.get(0).longNumber(),
            f.get(1).number(),
            f.get(2).longNumber(),
            to(f.get(3)),
            f.get(4).number(),
            f.get(5).bytes());
    return transaction.signed(
        new Secp256k1.Signature(f.get(7).number(), f.get(8).number(), v.testBit(0) ? 1 : 0));
  }

  private static List<Rlp> fields(byte[] rlp, int wanted) {
    List<Rlp> fields = Rlp.decode(rlp).items();
    if (fields.size() != wanted) {
      throw new TextException("a transaction of " + fields.size() + " fields, not " + wanted);
    }
    return fields;
  }

  private static @Nullable Address to(Rlp field) {
    return field.bytes().length == 0 ? null : Address.of(field.bytes());
  }

  public long chainId() {
    return chainId;
  }

  public long nonce() {
    return nonce;
  }

  /** What a unit of gas costs at the most, in wei. */
  public BigInteger most() {
    return most;
  }

  /** Of it to whoever makes the block, at the most; all of it for the older kind. */
  public BigInteger tip() {
    return tip == null ? most : tip;
  }

  /** Whether it is of the older kind. */
  public boolean isLegacy() {
    return tip == null;
  }

  public long gasLimit() {
    return gasLimit;
  }

  /** Null where it makes a contract. */
  public @Nullable Address to() {
    return to;
  }

  /** In wei. */
  public BigInteger value() {
    return value;
  }

  /** Not a copy. */
  public byte[] data() {
    return data;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EvmTransaction t && Arrays.equals(digest(), t.digest());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(digest());
  }

  /** Everything but the data. */
  @Override
  public String toString() {
    return "transaction "
        + nonce
        + " on chain "
        + chainId
        + " to "
        + (to == null ? "a new contract" : to)
        + ", value "
        + value
        + ", gas "
        + gasLimit
        + " at "
        + most
        + (tip == null ? "" : " with a tip of " + tip)
        + ", "
        + data.length
        + " bytes of data";
  }

  /** A transaction as it travels. Immutable. */
  public static final class Signed {
    private final EvmTransaction transaction;
    private final Secp256k1.Signature signature;
    private final String hash;
    private final byte[] bytes;

    private Signed(
        EvmTransaction transaction, Secp256k1.Signature signature, String hash, byte[] bytes) {
      this.transaction = transaction;
      this.signature = signature;
      this.hash = hash;
      this.bytes = bytes;
    }

    public EvmTransaction transaction() {
      return transaction;
    }

    /** What the chain will know it by: {@code 0x} and 64 small digits. */
    public String hash() {
      return hash;
    }

    /** As it is sent; not a copy. */
    public byte[] bytes() {
      return bytes;
    }

    /**
     * Whose wallet it is of, by its signature.
     *
     * @throws TextException when the signature is no one's
     */
    public Address sender() {
      return Address.of(Secp256k1.signer(transaction.digest(), signature));
    }

    @Override
    public String toString() {
      return hash;
    }
  }
}
