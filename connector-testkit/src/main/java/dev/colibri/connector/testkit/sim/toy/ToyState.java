package dev.colibri.connector.testkit.sim.toy;

import dev.colibri.connector.spi.Receipt;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/** What a toy chain knows after a block: whole numbers, by name. Not thread-safe. */
public final class ToyState {
  /** A contract stops, and nothing that it did stands. */
  public static final class Reverted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says why. */
    public Reverted(String reason) {
      super(reason, null, false, false);
    }
  }

  private final HashMap<String, BigInteger> numbers;
  private final List<Receipt.Log> logs = new ArrayList<>();

  ToyState() {
    numbers = new HashMap<>();
  }

  private ToyState(ToyState other) {
    numbers = new HashMap<>(other.numbers);
  }

  ToyState copy() {
    return new ToyState(this);
  }

  List<Receipt.Log> logs() {
    return List.copyOf(logs);
  }

  /** A number; 0 where none was set. */
  public BigInteger get(String name) {
    return numbers.getOrDefault(name, BigInteger.ZERO);
  }

  public void set(String name, BigInteger number) {
    numbers.put(name, number);
  }

  /** What somebody holds of a token; of the chain's own asset where its address is empty. */
  public BigInteger balance(String token, String holder) {
    return get("balance " + token + " " + holder);
  }

  /** What a spender may take of somebody's token. */
  public BigInteger allowance(String token, String holder, String spender) {
    return get("allowance " + token + " " + holder + " " + spender);
  }

  /** Makes something out of nothing, or nothing of it where it is negative. */
  public void mint(String token, String holder, BigInteger amount) {
    set("balance " + token + " " + holder, balance(token, holder).add(amount));
  }

  /** Moves a token, which its contract tells. */
  public void move(String token, String from, String to, BigInteger amount) {
    if (balance(token, from).compareTo(amount) < 0) {
      throw new Reverted("transfer amount exceeds balance");
    }
    mint(token, from, amount.negate());
    mint(token, to, amount);
    if (!token.isEmpty()) {
      log(token, List.of("Transfer", from, to), amount.toString());
    }
  }

  /** Moves a token by the leave of who holds it. */
  public void take(String token, String from, String spender, String to, BigInteger amount) {
    BigInteger may = allowance(token, from, spender);
    if (may.compareTo(amount) < 0) {
      throw new Reverted("transfer amount exceeds allowance");
    }
    allow(token, from, spender, may.subtract(amount));
    move(token, from, to, amount);
  }

  void allow(String token, String holder, String spender, BigInteger amount) {
    set("allowance " + token + " " + holder + " " + spender, amount);
  }

  /** A contract tells something. */
  public void log(String address, List<String> topics, String data) {
    logs.add(new Receipt.Log(address, topics, data.getBytes(StandardCharsets.UTF_8)));
  }
}
