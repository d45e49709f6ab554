package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.Abi;
import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.AbiValues;
import dev.colibri.connector.amm.evm.Address;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the Universal Router is told: a list of commands, each with its own input. */
final class UniversalCalls {
  static final AbiFunction EXECUTE =
      AbiFunction.of("execute(bytes commands, bytes[] inputs, uint256 deadline)");

  private static final int V3_SELL = 0x00;
  private static final int V3_BUY = 0x01;
  private static final int V2_SELL = 0x08;
  private static final int V2_BUY = 0x09;
  private static final int PERMIT = 0x0a;
  private static final int WRAP = 0x0b;
  private static final int UNWRAP = 0x0c;

  private static final Abi V3_INPUT =
      Abi.of("(address recipient, uint256 amount, uint256 bound, bytes path, bool payerIsUser)");
  private static final Abi V2_INPUT =
      Abi.of(
          "(address recipient, uint256 amount, uint256 bound, address[] path, bool payerIsUser)");
  private static final Abi WRAP_INPUT = Abi.of("(address recipient, uint256 amount)");

  /** Stands for the wallet. */
  private static final Address SENDER = small(1);

  /** Stands for the router itself. */
  private static final Address ITSELF = small(2);

  private final List<Integer> commands = new ArrayList<>();
  private final List<byte[]> inputs = new ArrayList<>();

  private UniversalCalls() {}

  private static Address small(int number) {
    byte[] bytes = new byte[Address.LENGTH];
    bytes[Address.LENGTH - 1] = (byte) number;
    return Address.of(bytes);
  }

  /**
   * A swap of any number of legs, each of which has pools of one kind.
   *
   * @param permit leave to take what goes in; null where it was given, or is not needed
   */
  static byte[] swap(Swap swap, byte @Nullable [] permit) {
    UniversalCalls calls = new UniversalCalls();
    if (permit != null) {
      calls.add(PERMIT, permit);
    }
    if (swap.nativeIn()) {
      calls.add(WRAP, WRAP_INPUT.encode(ITSELF, swap.mostIn()));
    }
    for (Swap.Leg leg : swap.legs) {
      calls.leg(swap, leg);
    }
    if (swap.nativeOut()) {
      calls.add(UNWRAP, WRAP_INPUT.encode(SENDER, swap.leastOut()));
    }
    if (swap.nativeIn()) {
      // Whatever is left with the router belongs to whoever comes next.
      calls.add(UNWRAP, WRAP_INPUT.encode(SENDER, BigInteger.ZERO));
    }
    byte[] commands = new byte[calls.commands.size()];
    for (int i = 0; i < commands.length; i++) {
      commands[i] = calls.commands.get(i).byteValue();
    }
    return EXECUTE.encode(commands, calls.inputs, swap.deadline);
  }

  /**
   * How the wallet pays for a swap.
   *
   * @param token of the permit; null where leave was given before
   * @param number of the permit; null likewise
   * @param until when it can be carried out, in seconds
   */
  record Paid(@Nullable Address token, @Nullable BigInteger number, long until) {}

  /** How the wallet pays for what {@link #swap} wrote; null where no token of it is taken. */
  static @Nullable Paid paid(byte[] data) {
    if (!EXECUTE.matches(data)) {
      return null;
    }
    AbiValues told = EXECUTE.arguments(data);
    byte[] commands = told.bytes("commands");
    long until = told.number("deadline").longValueExact();
    if (commands.length > 0 && commands[0] == PERMIT) {
      AbiValues details = Permit2.details(told.list("inputs", byte[].class).get(0));
      return new Paid(details.address("token"), details.number("nonce"), until);
    }
    return commands.length > 0 && commands[0] == WRAP ? null : new Paid(null, null, until);
  }

  private void add(int command, byte[] input) {
    commands.add(command);
    inputs.add(input);
  }

  private void leg(Swap swap, Swap.Leg leg) {
    Address recipient = swap.nativeOut() ? ITSELF : SENDER;
    boolean walletPays = !swap.nativeIn();
    if (leg.pools().get(0).isConcentrated()) {
      add(
          swap.isSale() ? V3_SELL : V3_BUY,
          V3_INPUT.encode(
              recipient,
              leg.amount(),
              leg.bound(),
              V3Router.path(leg, !swap.isSale()),
              walletPays));
    } else {
      add(
          swap.isSale() ? V2_SELL : V2_BUY,
          V2_INPUT.encode(recipient, leg.amount(), leg.bound(), leg.path(), walletPays));
    }
  }
}
