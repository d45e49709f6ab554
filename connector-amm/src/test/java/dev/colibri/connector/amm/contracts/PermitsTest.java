package dev.colibri.connector.amm.contracts;

import static dev.colibri.connector.amm.contracts.Samples.A;
import static dev.colibri.connector.amm.contracts.Samples.B;
import static dev.colibri.connector.amm.contracts.Samples.DEADLINE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.amm.evm.Abi;
import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.EvmChain;
import dev.colibri.connector.amm.evm.EvmNetwork;
import dev.colibri.connector.amm.evm.EvmWallet;
import dev.colibri.connector.amm.evm.Talk;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.SwapRouter;
import dev.colibri.connector.spi.TransactionDraft;
import dev.colibri.connector.text.Secret;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Of all swaps that are signed for by permit and may still be carried out, no two have one. */
class PermitsTest {
  private static final Address ROUTER = Address.of("0x" + "e".repeat(40));
  private static final Address PERMIT2 = Address.of("0x" + "9".repeat(40));
  private static final EvmNetwork NETWORK =
      EvmNetwork.of("test", DialectTest.CHAIN, "ETH")
          .known("multicall3", Address.of("0xcA11bde05977b3631167028862bE2a173976CA11"), "")
          .known("permit2", PERMIT2, "")
          .wrapped("WETH", Samples.W.address(), "")
          .nodes("https://node.example");
  private static final EvmWallet WALLET = EvmWallet.of(Secret.of("46".repeat(32)));
  private static final UniversalContracts UNIVERSAL =
      UniversalContracts.of("universal", DialectTest.CHAIN, ROUTER.toString(), List.of("v3"));
  private static final Abi LEAVE = Abi.of("(uint160,uint48,uint48)");

  private final ToldContracts contracts = new ToldContracts();
  private final EvmChain chain = (EvmChain) EvmChain.on(NETWORK, WALLET).dialect();
  private final SwapRouter router =
      (SwapRouter) UniversalContracts.on(List.of(UNIVERSAL)).apply(chain);
  private final Talk talk = new Talk(chain, contracts);
  private final List<TransactionDraft> unfinished = new ArrayList<>();
  private final SwapQuote sale =
      Samples.quote(
          Side.SELL,
          Samples.leg(List.of(Samples.v3(A, B, 500)), List.of(A, B), Samples.IN, Samples.OUT));

  /** The time of the latest block, in seconds. */
  private long now = DEADLINE - 1_000;

  @BeforeEach
  void contracts() {
    contracts
        .reverts(
            ROUTER,
            UniversalCalls.EXECUTE,
            List.of(new byte[0], List.of(), 1),
            AbiFunction.of("TransactionDeadlinePassed()").encode())
        .on(
            PERMIT2,
            Permit2.DOMAIN,
            List.of(),
            Abi.of("(bytes32)").encode(Permit2.domain(DialectTest.CHAIN, PERMIT2)));
    numbered(7);
    contracts.head = this::head;
    chain.unfinished(() -> List.copyOf(unfinished));
  }

  private void numbered(int number) {
    contracts.on(
        PERMIT2,
        Permit2.ALLOWANCE,
        List.of(Address.of(WALLET.address()), Address.of(A.address()), ROUTER),
        LEAVE.encode(0, 0, number));
  }

  private String head() {
    return "\"result\":{\"number\":\"0x10\",\"hash\":\"0x%064x\",\"parentHash\":\"0x%064x\",\"timestamp\":\"0x%x\"}"
        .formatted(16, 15, now);
  }

  private Call<Plan<SwapRouter.Swapped>> swap(long untilSeconds) {
    return router.swap(sale, BigInteger.ONE, untilSeconds * 1_000);
  }

  /** Plans a swap, which is what the engine then does at once. */
  private BigInteger planned(long until) {
    TransactionDraft draft = talk.value(swap(until)).draft();
    unfinished.add(draft);
    return UniversalCalls.paid(draft.data()).number();
  }

  @Test
  void what_was_signed_for_is_waited_for_until_its_deadline_is_over() {
    assertEquals(BigInteger.valueOf(7), planned(DEADLINE - 900));
    Fault fault = talk.fault(swap(DEADLINE));
    assertEquals(Fault.Kind.NONCE_STALE, fault.kind(), "it is planned again");
    now = DEADLINE - 899;
    assertEquals(BigInteger.valueOf(7), planned(DEADLINE));
  }

  @Test
  void of_two_that_wait_for_the_same_one_only_one_has_its_number() {
    planned(DEADLINE - 900);
    now = DEADLINE - 899;
    List<BigInteger> other = new ArrayList<>();
    contracts.head =
        () -> {
          contracts.head = this::head;
          other.add(planned(DEADLINE));
          return head();
        };
    Fault fault = talk.fault(swap(DEADLINE));
    assertEquals(List.of(BigInteger.valueOf(7)), other);
    assertEquals(Fault.Kind.NONCE_STALE, fault.kind());
    assertTrue(fault.raw().contains("permit of that number"), fault.raw());
  }

  @Test
  void one_that_was_carried_out_just_before_its_deadline_has_its_number_for_ever() {
    planned(DEADLINE - 900);
    contracts.head =
        () -> {
          numbered(8); // As of the block that ends the wait.
          now = DEADLINE - 899;
          return head();
        };
    assertEquals(BigInteger.valueOf(8), planned(DEADLINE));
  }
}
