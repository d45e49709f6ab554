package dev.colibri.connector.amm.evm;

import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.Secp256k1;
import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction in a block, as a node shows it, put back into what was signed. So its hash and its
 * sender are what they are, and not what the node says. It knows the kinds that wallets sign:
 * legacy, 1 (EIP-2930), 2 (EIP-1559), 3 (EIP-4844) and 4 (EIP-7702).
 *
 * <pre>{@code
 * {"type":"0x2","chainId":"0x1","nonce":"0x5","maxPriorityFeePerGas":"0x1","maxFeePerGas":"0x9",
 *  "gas":"0x5208","to":"0x…","value":"0x0","input":"0x","accessList":[],"v":"0x1","yParity":"0x1",
 *  "r":"0x…","s":"0x…","hash":"0x…","from":"0x…"}
 * }</pre>
 */
final class MinedTransaction {
  private static final BigInteger BOUND_TO_A_CHAIN = BigInteger.valueOf(35);
  private static final BigInteger BOUND_TO_NONE = BigInteger.valueOf(27);

  private MinedTransaction() {}

  /**
   * Whose signature it has.
   *
   * @throws TextException when it is of another kind, or what is shown has another hash
   */
  static Address sender(Json shown) {
    int type = shown.has("type") ? (int) Quantity.longNumber(shown.get("type")) : 0;
    List<Rlp> fields = fields(shown, type);
    List<Rlp> signed = new ArrayList<>(fields);
    int parity;
    if (type == 0) {
      BigInteger v = Quantity.number(shown.get("v"));
      BigInteger chain = v.subtract(BOUND_TO_A_CHAIN);
      if (chain.signum() >= 0) {
        fields.addAll(List.of(Rlp.of(chain.shiftRight(1)), Rlp.of(0), Rlp.of(0)));
        parity = chain.testBit(0) ? 1 : 0;
      } else {
        parity = v.subtract(BOUND_TO_NONE).intValueExact();
      }
      signed.add(Rlp.of(v));
    } else {
      Json told = shown.find("yParity");
      long bit = Quantity.longNumber(told == null ? shown.get("v") : told);
      parity = (int) Math.min(bit, 2);
      signed.add(Rlp.of(parity));
    }
    if (parity < 0 || parity > 1) {
      throw new TextException("a signature with the parity " + parity);
    }
    BigInteger r = Quantity.number(shown.get("r"));
    BigInteger s = Quantity.number(shown.get("s"));
    signed.add(Rlp.of(r));
    signed.add(Rlp.of(s));
    String hash = Bytes.hex(hash(type, signed));
    if (!hash.equals(Quantity.word(shown.get("hash")))) {
      throw new TextException("what is shown as " + shown.text("hash") + " has the hash " + hash);
    }
    return Address.of(Secp256k1.signer(hash(type, fields), new Secp256k1.Signature(r, s, parity)));
  }

  private static byte[] hash(int type, List<Rlp> fields) {
    byte[] list = Rlp.list(fields).encode();
    return Digest.keccak256(type == 0 ? list : Bytes.concat(new byte[] {(byte) type}, list));
  }

  private static List<Rlp> fields(Json shown, int type) {
    if (type < 0 || type > 4) {
      throw new TextException("a transaction of kind " + type);
    }
    List<Rlp> fields = new ArrayList<>();
    if (type > 0) {
      fields.add(number(shown, "chainId"));
    }
    fields.add(number(shown, "nonce"));
    if (type < 2) {
      fields.add(number(shown, "gasPrice"));
    } else {
      fields.add(number(shown, "maxPriorityFeePerGas"));
      fields.add(number(shown, "maxFeePerGas"));
    }
    fields.add(number(shown, "gas"));
    Json to = shown.find("to");
    fields.add(to == null || to.isNull() ? Rlp.of(Bytes.none()) : address(to));
    fields.add(number(shown, "value"));
    fields.add(Rlp.of(Quantity.bytes(shown.get("input"))));
    if (type > 0) {
      fields.add(accesses(shown.find("accessList")));
    }
    if (type == 3) {
      fields.add(number(shown, "maxFeePerBlobGas"));
      fields.add(words(shown.get("blobVersionedHashes")));
    }
    if (type == 4) {
      fields.add(authorizations(shown.get("authorizationList")));
    }
    return fields;
  }

  private static Rlp number(Json shown, String field) {
    return Rlp.of(Quantity.number(shown.get(field)));
  }

  private static Rlp address(Json json) {
    return Rlp.of(Quantity.address(json).bytes());
  }

  private static Rlp words(Json words) {
    return Rlp.list(words.items().stream().map(w -> Rlp.of(Quantity.bytes(w))).toList());
  }

  private static Rlp accesses(@Nullable Json list) {
    List<Rlp> accesses = new ArrayList<>();
    if (list != null && !list.isNull()) {
      for (Json a : list.items()) {
        accesses.add(Rlp.list(address(a.get("address")), words(a.get("storageKeys"))));
      }
    }
    return Rlp.list(accesses);
  }

  private static Rlp authorizations(Json list) {
    List<Rlp> all = new ArrayList<>();
    for (Json a : list.items()) {
      all.add(
          Rlp.list(
              number(a, "chainId"),
              address(a.get("address")),
              number(a, "nonce"),
              number(a, a.has("yParity") ? "yParity" : "v"),
              number(a, "r"),
              number(a, "s")));
    }
    return Rlp.list(all);
  }
}
