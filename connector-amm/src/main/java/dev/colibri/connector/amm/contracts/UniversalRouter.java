package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.ContractCall;
import dev.colibri.connector.amm.evm.EvmChain;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.SwapRouter;
import dev.colibri.connector.spi.TransactionDraft;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Universal Router: goes through pools of other market makers, of V2 and of V3 in one
 * transaction, and takes tokens by leave that is signed for each swap (Permit2). It has no pools of
 * its own.
 */
final class UniversalRouter implements SwapRouter {
  private static final AbiFunction DEADLINE_PASSED = AbiFunction.of("TransactionDeadlinePassed()");

  private final EvmChain chain;
  private final UniversalContracts contracts;

  /** The permits that were signed last, for where nobody knows what is on its way. */
  private final Map<Token, UniversalCalls.Paid> permitted = new LinkedHashMap<>();

  private boolean agreed;

  UniversalRouter(EvmChain chain, UniversalContracts contracts) {
    this.chain = chain;
    this.contracts = contracts;
  }

  @Override
  public String name() {
    return contracts.amm();
  }

  @Override
  public Call<List<Pool>> pools(Token a, Token b) {
    return Call.of(List.of());
  }

  @Override
  public Call<Pool> pool(String address) {
    return Deployments.refused(name() + " has no pools of its own");
  }

  @Override
  public Call<List<PoolState>> states(List<Pool> pools, Block at, BadRows rows) {
    return Call.of(List.of());
  }

  @Override
  public boolean takes(SwapQuote quote) {
    return quote.legs().stream().allMatch(this::takes);
  }

  /** A leg is one command, which is of one kind of pools. */
  private boolean takes(SwapQuote.Leg leg) {
    boolean concentrated = leg.pools().get(0).isConcentrated();
    return leg.pools().stream()
        .allMatch(p -> contracts.pools().contains(p.amm()) && p.isConcentrated() == concentrated);
  }

  @Override
  public Call<Plan<Swapped>> swap(SwapQuote quote, BigInteger bound, long deadlineMillis) {
    return Deployments.refusing(
        () -> {
          V2Amm.requireTaken(this, quote);
          Address wrapper = PoolContracts.wrapper(chain);
          Swap swap =
              new Swap(quote, bound, deadlineMillis, chain.requireWallet(), wrapper)
                  .whole(chain.network());
          Call<Boolean> agreement = agreed ? Call.of(true) : agree();
          return agreement.then(
              yes -> {
                agreed = true;
                return swap.nativeIn()
                    ? Call.of(plan(swap, UniversalCalls.swap(swap, null)))
                    : permitted(swap);
              });
        });
  }

  private Plan<Swapped> plan(Swap swap, byte[] data) {
    Address router = contracts.router();
    return new Plan<>(
        swap.draft(router, data),
        swap.allowances(permit2()),
        receipt -> swapped(receipt, swap.quote.legs()));
  }

  @Override
  public Swapped swapped(Receipt receipt, List<SwapQuote.Leg> legs) {
    return new Moves(receipt, chain.requireWallet())
        .swapped(legs, contracts.router(), PoolContracts.wrapper(chain));
  }

  private Address permit2() {
    Address permit2 = chain.network().find("permit2");
    if (permit2 == null) {
      throw new IllegalArgumentException(chain.network() + " has no Permit2");
    }
    return permit2;
  }

  /**
   * That what stands at the router's address carries out commands, as is seen by how it refuses
   * those of long ago, and that Permit2 is what is signed for.
   */
  private Call<Boolean> agree() {
    return chain
        .read(
            List.of(
                ContractCall.of(
                    contracts.router(), UniversalCalls.EXECUTE, new byte[0], List.of(), 1),
                ContractCall.of(permit2(), Permit2.DOMAIN)),
            null)
        .then(
            results ->
                Deployments.refusing(
                    () -> {
                      ContractCall.Result old = results.get(0);
                      if (old.succeeded() || !DEADLINE_PASSED.matches(old.data())) {
                        return Deployments.refused(
                            name() + " is not what it is taken for: " + contracts.router());
                      }
                      byte[] said = results.get(1).values().bytes(0);
                      return Arrays.equals(said, domain())
                          ? Call.of(true)
                          : Deployments.refused("Permit2 signs for another chain or contract");
                    }));
  }

  private byte[] domain() {
    return Permit2.domain(chain.network().chainId(), permit2());
  }

  // ---- leave by signature

  /**
   * What stands by now.
   *
   * @param stands whether what goes in may be taken without another signature
   * @param number of the next signature
   */
  private record Leave(boolean stands, BigInteger number) {}

  private Call<Plan<Swapped>> permitted(Swap swap) {
    return leave(swap, null)
        .then(
            leave ->
                promised(swap, leave) < 0
                    ? planned(swap, leave)
                    // What was promised ends by a block's time: by then the leave may be used.
                    : chain
                        .head()
                        .then(head -> leave(swap, head).then(now -> after(swap, now, head))));
  }

  /** At the end of a block; null for the latest one. */
  private Call<Leave> leave(Swap swap, @Nullable Block at) {
    ContractCall asked =
        ContractCall.of(
            permit2(),
            Permit2.ALLOWANCE,
            chain.requireWallet(),
            Address.of(swap.quote.in().token().address()),
            contracts.router());
    return chain
        .read(asked, at)
        .map(
            allowed -> {
              BigInteger deadline = BigInteger.valueOf(swap.deadline);
              boolean stands =
                  allowed.number("amount").compareTo(swap.mostIn()) >= 0
                      && allowed.number("expiration").compareTo(deadline) >= 0;
              return new Leave(stands, allowed.number("nonce"));
            });
  }

  /**
   * Until when something that is not over may use what a swap would, in seconds; negative where
   * nothing does. What it is to do tells it, so that the next process knows it too. It is asked
   * just before anything is signed: others may have waited for the same.
   */
  private long promised(Swap swap, Leave leave) {
    Address token = Address.of(swap.quote.in().token().address());
    List<TransactionDraft> unfinished = chain.unfinished();
    List<UniversalCalls.Paid> all = new ArrayList<>();
    if (unfinished == null) {
      all.addAll(permitted.values());
    } else {
      for (TransactionDraft draft : unfinished) {
        boolean here = Address.of(draft.to()).equals(contracts.router());
        UniversalCalls.Paid paid = here ? UniversalCalls.paid(draft.data()) : null;
        if (paid != null) {
          all.add(paid);
        }
      }
    }
    long until = -1;
    for (UniversalCalls.Paid paid : all) {
      BigInteger other = paid.number();
      // A permit sets what may be taken; leave that stands is taken from by whoever comes.
      boolean same =
          other == null
              ? leave.stands
              : token.equals(paid.token()) && other.compareTo(leave.number) >= 0;
      until = same ? Math.max(until, paid.until()) : until;
    }
    return until;
  }

  /** Of two permits of one number only one is taken: the other's swap would fail, and cost gas. */
  private Call<Plan<Swapped>> after(Swap swap, Leave leave, Block head) {
    long now = head.millis() / 1000;
    if (now > promised(swap, leave)) {
      return planned(swap, leave);
    }
    String why =
        "another swap of "
            + swap.quote.in().token()
            + " by "
            + name()
            + (leave.stands ? " has the leave" : " has the permit of that number")
            + ", which may still be used";
    return now > swap.deadline
        ? Deployments.refused(why)
        : Call.failed(Fault.of(Fault.Kind.NONCE_STALE, why));
  }

  private Call<Plan<Swapped>> planned(Swap swap, Leave leave) {
    if (leave.stands) {
      return Call.of(plan(swap, UniversalCalls.swap(swap, null)));
    }
    TokenAmount most = new TokenAmount(swap.quote.in().token(), swap.mostIn());
    byte[] permit =
        Permit2.permit(
            chain::sign, domain(), most, contracts.router(), leave.number, swap.deadline);
    Address token = Address.of(most.token().address());
    permitted.put(most.token(), new UniversalCalls.Paid(token, leave.number, swap.deadline));
    return Call.of(plan(swap, UniversalCalls.swap(swap, permit)));
  }
}
