package dev.colibri.connector.amm.evm;

import dev.colibri.connector.text.TextException;

/**
 * A question to a contract. Immutable.
 *
 * @param to the contract
 * @param function what is asked
 * @param data what the contract is told; not copied, and must not be changed
 */
public record ContractCall(Address to, AbiFunction function, byte[] data) {

  /**
   * Of a function with its arguments.
   *
   * @throws IllegalArgumentException that names the first argument that is not of its type
   */
  public static ContractCall of(Address to, AbiFunction function, Object... arguments) {
    return new ContractCall(to, function, function.encode(arguments));
  }

  /**
   * What a contract answered.
   *
   * @param succeeded whether it did; what it returned, or reverted with, is the data
   * @param data not copied, and must not be changed
   */
  public record Result(ContractCall call, boolean succeeded, byte[] data) {

    /**
     * What it returned.
     *
     * @throws TextException when it reverted, with its reason, or returned what cannot be read
     */
    public AbiValues values() {
      if (!succeeded) {
        throw new TextException(call + " reverted: " + Reverts.reason(data));
      }
      try {
        return call.function.results(data);
      } catch (TextException e) {
        throw new TextException(call + ": " + e.getMessage(), e);
      }
    }

    /** Why it reverted, in words; empty where it did not. */
    public String reason() {
      return succeeded ? "" : Reverts.reason(data);
    }
  }

  @Override
  public String toString() {
    return function.name() + " of " + to;
  }
}
