package dev.colibri.connector.amm.evm;

import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Why contracts revert, in words. */
final class Reverts {
  private static final int SHOWN = 200;

  private static final AbiFunction ERROR = AbiFunction.of("Error(string reason)");
  private static final AbiFunction PANIC = AbiFunction.of("Panic(uint256 code)");

  /** What routers revert with for what another contract reverted with. */
  private static final AbiFunction EXECUTION_FAILED =
      AbiFunction.of("ExecutionFailed(uint256 command, bytes message)");

  private static final List<AbiFunction> KNOWN =
      List.of(
          AbiFunction.of("AllowanceExpired(uint256 deadline)"),
          AbiFunction.of("InsufficientAllowance(uint256 amount)"),
          AbiFunction.of("SignatureExpired(uint256 deadline)"),
          AbiFunction.of("InvalidSigner()"),
          AbiFunction.of("InvalidNonce()"),
          AbiFunction.of("V2TooLittleReceived()"),
          AbiFunction.of("V2TooMuchRequested()"),
          AbiFunction.of("V3TooLittleReceived()"),
          AbiFunction.of("V3TooMuchRequested()"),
          AbiFunction.of("V3InvalidSwap()"),
          AbiFunction.of("TransactionDeadlinePassed()"),
          AbiFunction.of("InsufficientToken()"),
          AbiFunction.of("InsufficientETH()"),
          AbiFunction.of(
              "ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)"),
          AbiFunction.of(
              "ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)"),
          AbiFunction.of("SafeERC20FailedOperation(address token)"),
          AbiFunction.of("ERC721NonexistentToken(uint256 tokenId)"));

  /** Solidity's page on control structures, "Panic via assert and Error via require". */
  private static final Map<Integer, String> PANICS = new TreeMap<>();

  static {
    PANICS.put(0x01, "an assertion failed");
    PANICS.put(0x11, "arithmetic overflow");
    PANICS.put(0x12, "division by zero");
    PANICS.put(0x21, "no value of an enumeration");
    PANICS.put(0x31, "pop of an empty array");
    PANICS.put(0x32, "array index out of bounds");
    PANICS.put(0x41, "out of memory");
    PANICS.put(0x51, "call of an uninitialised function");
  }

  /** How routers say that the price left the bound that was set. */
  private static final List<String> PRICES =
      List.of(
          "TooLittleReceived",
          "TooMuchRequested",
          "Too little received",
          "Too much requested",
          "INSUFFICIENT_OUTPUT_AMOUNT",
          "EXCESSIVE_INPUT_AMOUNT",
          "INSUFFICIENT_A_AMOUNT",
          "INSUFFICIENT_B_AMOUNT",
          "Price slippage check");

  /** How tokens, and who takes them, say that there is not enough of them or of leave to. */
  private static final List<String> FUNDS =
      List.of(
          "exceeds balance",
          "insufficient balance",
          "ERC20InsufficientBalance",
          "ERC20InsufficientAllowance",
          "InsufficientAllowance",
          "insufficient allowance",
          "exceeds allowance",
          "TRANSFER_FROM_FAILED",
          "STF");

  private Reverts() {}

  /** What a contract reverted with, in words that may be shown; never empty. */
  static String reason(byte[] data) {
    return reason(data, 0);
  }

  private static String reason(byte[] data, int depth) {
    if (data.length == 0) {
      return "reverted without a reason";
    }
    try {
      if (ERROR.matches(data)) {
        return Escape.text(ERROR.arguments(data).text(0), SHOWN);
      }
      if (PANIC.matches(data)) {
        BigInteger code = PANIC.arguments(data).number(0);
        String known = code.bitLength() > 31 ? null : PANICS.get(code.intValue());
        return known != null ? known : "panic 0x" + code.toString(16);
      }
      if (EXECUTION_FAILED.matches(data) && depth < 4) {
        AbiValues failed = EXECUTION_FAILED.arguments(data);
        String inner = reason(failed.bytes(1), depth + 1);
        return "command " + failed.number(0) + " failed: " + inner;
      }
      for (AbiFunction error : KNOWN) {
        if (error.matches(data)) {
          AbiValues values = error.arguments(data);
          return error.name() + (values.size() == 0 ? "" : values.toString());
        }
      }
    } catch (TextException e) {
      // It begins as one of them and goes on as none: it is shown as it is.
      return shown(data);
    }
    return shown(data);
  }

  /** What a reason means to whoever trades; {@code REJECTED} where it means nothing known. */
  static Fault.Kind kind(String reason) {
    if (PRICES.stream().anyMatch(reason::contains)) {
      return Fault.Kind.BAD_PRICE;
    }
    return FUNDS.stream().anyMatch(reason::contains)
        ? Fault.Kind.INSUFFICIENT_FUNDS
        : Fault.Kind.REJECTED;
  }

  private static String shown(byte[] data) {
    String digits = Hex.encode(Arrays.copyOf(data, Math.min(data.length, 36)));
    return "error 0x" + digits.toLowerCase(Locale.ROOT) + (data.length > 36 ? "…" : "");
  }
}
