package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.AmmConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.testkit.conformance.AmmBench;
import dev.colibri.connector.testkit.conformance.AmmConformance;
import dev.colibri.connector.testkit.sim.toy.ToyAmm;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The toy market maker meets the cards, in virtual time. */
class ToyAmmTest extends AmmConformance {

  @Override
  protected AmmBench bench() {
    return new ToyBench();
  }

  private static final class ToyBench implements AmmBench {
    private final ToyMarket market = new ToyMarket().ready();

    @Override
    public AmmConnector connector() {
      return market.connector;
    }

    @Override
    public Colibri colibri() {
      return market.colibri;
    }

    @Override
    public AmmVenue venue() {
      return ToyMarket.venue();
    }

    @Override
    public Token base() {
      return ToyMarket.AAA;
    }

    @Override
    public Token quote() {
      return ToyMarket.BBB;
    }

    @Override
    public Token beyond() {
      return ToyMarket.CCC;
    }

    @Override
    public Pool pool() {
      return ToyMarket.AB;
    }

    @Override
    public BigDecimal size() {
      return new BigDecimal("0.1");
    }

    @Override
    public String spender() {
      return ToyAmm.ADDRESS;
    }

    @Override
    public void until(BooleanSupplier holds) {
      market.until(holds);
    }

    @Override
    public void pass(Duration time) {
      market.time.advance(time);
    }

    @Override
    public void mining(boolean on) {
      market.mining(on);
    }

    @Override
    public void cheapen() {
      market.chain.give("aaa", ToyMarket.AB.address(), ToyMarket.units("100"));
    }

    @Override
    public void cut(boolean cut) {
      market.network.losses(cut ? 1_000 : 0);
    }

    @Override
    public BigInteger held(Token token) {
      return market.held(token);
    }

    @Override
    public long nonce() {
      return market.chain.nonce(ToyMarket.WALLET);
    }

    @Override
    public boolean isWaiting(String hash) {
      return market.chain.waiting().stream().anyMatch(s -> s.hash().equals(hash));
    }

    @Override
    public void restart() {
      market.restart();
    }

    @Override
    public List<OrderEvent> orders() {
      return List.copyOf(market.orders);
    }

    @Override
    public List<ConnectorEvent> events() {
      return List.copyOf(market.events);
    }

    @Override
    public void close() {
      market.host.kill();
    }
  }
}
