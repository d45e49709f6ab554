package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.Abi;
import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.AbiValues;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.text.Eip712;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Leave to take tokens by a signature instead of a transaction. The wallet lets Permit2 take a
 * token, once; what a router may take of it is signed for every swap, to the part, and ends with
 * its deadline.
 */
final class Permit2 {
  /** What a spender may take by now, and the number of the next signature. */
  static final AbiFunction ALLOWANCE =
      AbiFunction.of(
          "allowance(address user, address token, address spender)(uint160 amount, uint48"
              + " expiration, uint48 nonce)");

  static final AbiFunction DOMAIN = AbiFunction.of("DOMAIN_SEPARATOR()(bytes32 separator)");

  private static final Abi PERMIT =
      Abi.of(
          "(((address token, uint160 amount, uint48 expiration, uint48 nonce) details, address"
              + " spender, uint256 sigDeadline) permitSingle, bytes signature)");
  private static final String DETAILS =
      "PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)";
  private static final String SINGLE =
      "PermitSingle(PermitDetails details,address spender,uint256 sigDeadline)" + DETAILS;

  private Permit2() {}

  /** What a signed permit says: the token, and its number. */
  static AbiValues details(byte[] permit) {
    return PERMIT.decode(permit).tuple("permitSingle").tuple("details");
  }

  /** The hash of the domain that is signed for. */
  static byte[] domain(long chainId, Address permit2) {
    return Eip712.struct("EIP712Domain(string name,uint256 chainId,address verifyingContract)")
        .text("Permit2")
        .number(chainId)
        .address(permit2.toString())
        .hash();
  }

  /**
   * A signed permit, as the Universal Router hands it on.
   *
   * @param wallet signs what it is told in words, by its digest, as contracts read it
   * @param nonce what {@link #ALLOWANCE} says
   * @param until the end of the signature and of the leave, in seconds
   * @throws SecurityException when the signer will not
   */
  static byte[] permit(
      BiFunction<String, byte[], byte[]> wallet,
      byte[] domain,
      TokenAmount most,
      Address spender,
      BigInteger nonce,
      long until) {
    Address token = Address.of(most.token().address());
    byte[] message =
        Eip712.struct(SINGLE)
            .struct(
                Eip712.struct(DETAILS)
                    .address(token.toString())
                    .number(most.raw())
                    .number(until)
                    .number(nonce))
            .address(spender.toString())
            .number(until)
            .hash();
    byte[] signature =
        wallet.apply(
            "let " + spender + " take at most " + most + " once, by Permit2",
            Eip712.digest(domain, message));
    List<Object> details = Arrays.asList(token, most.raw(), until, nonce);
    return PERMIT.encode(Arrays.asList(details, spender, until), signature);
  }
}
