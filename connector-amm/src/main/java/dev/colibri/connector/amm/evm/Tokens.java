package dev.colibri.connector.amm.evm;

import dev.colibri.connector.model.Token;
import dev.colibri.connector.text.TextException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Tokens (ERC-20), and the contracts that make the chain's own asset into one. */
public final class Tokens {
  public static final AbiFunction BALANCE_OF =
      AbiFunction.of("balanceOf(address owner)(uint256 balance)");
  public static final AbiFunction ALLOWANCE =
      AbiFunction.of("allowance(address owner, address spender)(uint256 left)");

  /** What it returns is not looked at: some tokens return nothing. */
  public static final AbiFunction APPROVE =
      AbiFunction.of("approve(address spender, uint256 amount)");

  public static final AbiEvent TRANSFER =
      AbiEvent.of("Transfer(address indexed from, address indexed to, uint256 amount)");

  /** Of what is wrapped: the amount goes along as the value. */
  public static final AbiFunction DEPOSIT = AbiFunction.of("deposit()");

  public static final AbiFunction WITHDRAW = AbiFunction.of("withdraw(uint256 amount)");

  static final AbiFunction DECIMALS = AbiFunction.of("decimals()(uint8 decimals)");
  static final AbiFunction SYMBOL = AbiFunction.of("symbol()(string symbol)");

  /** How a few early ones write their symbol. */
  private static final Abi SYMBOL_OF_32 = Abi.of("(bytes32 symbol)");

  private static final int MOST_SYMBOL = 16;

  private Tokens() {}

  /** What contracts say that they are. Throws {@link TextException} when it is no token. */
  static Token read(Address address, ContractCall.Result symbol, ContractCall.Result decimals) {
    int places = decimals.values().intValue(0);
    try {
      return new Token(address.toString(), label(address, symbol), places);
    } catch (IllegalArgumentException e) {
      throw new TextException("no token at " + address + ": " + e.getMessage(), e);
    }
  }

  /**
   * A symbol is text of whoever made the token: it is cut down to letters, digits and a few signs.
   * Where nothing is left, it is the beginning of the address.
   */
  private static String label(Address address, ContractCall.Result symbol) {
    String said = "";
    if (symbol.succeeded()) {
      try {
        said =
            symbol.data().length == Abi.WORD
                ? text(SYMBOL_OF_32.decode(symbol.data()).bytes(0))
                : symbol.values().text(0);
      } catch (TextException e) {
        // No symbol, then: nothing but a label is lost.
        said = "";
      }
    }
    StringBuilder label = new StringBuilder();
    said.codePoints()
        .filter(
            c ->
                Character.isLetterOrDigit(c)
                    || Character.getType(c) == Character.CURRENCY_SYMBOL
                    || "._+".indexOf(c) >= 0)
        .limit(MOST_SYMBOL)
        .forEach(label::appendCodePoint);
    return label.length() > 0
        ? label.toString()
        : address.toString().substring(0, 8).toLowerCase(Locale.ROOT);
  }

  private static String text(byte[] word) {
    int length = 0;
    while (length < word.length && word[length] != 0) {
      length++;
    }
    return new String(word, 0, length, StandardCharsets.UTF_8);
  }
}
