package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.EvmChain;
import dev.colibri.connector.amm.evm.EvmNetwork;
import dev.colibri.connector.amm.evm.EvmWallet;
import dev.colibri.connector.amm.evm.Talk;
import dev.colibri.connector.amm.evm.Tokens;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.spi.AmmDialect;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.SignedTransaction;
import dev.colibri.connector.spi.TransactionDraft;
import dev.colibri.connector.text.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A wallet of ours that carries out plans one after the other, without the engine. What it has is
 * asked of the node by the tests' own client.
 */
final class Trader {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  final Contracts.Chain world;
  final EvmChain chain;
  final Talk talk;
  final String address;

  Trader(Contracts.Chain world) {
    this.world = world;
    EvmNetwork network =
        EvmNetwork.of("anvil", Anvil.CHAIN, "ETH")
            .known("multicall3", Address.of(world.at(Contracts.MULTICALL3)), "")
            .known("permit2", Address.of(world.at(Contracts.PERMIT2)), "")
            .wrapped("WETH", world.at(Contracts.WETH), "")
            .nodes(world.anvil.url());
    EvmWallet wallet = EvmWallet.of(Secret.of("5a".repeat(32)));
    address = wallet.address();
    chain = (EvmChain) EvmChain.on(network, wallet).dialect();
    talk = new Talk(chain, (part, body) -> post(world.anvil.url(), body));
  }

  private static Reply post(String url, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> reply = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      return Talk.reply(reply.statusCode(), reply.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  <T extends AmmDialect> T amm(Class<T> kind, Function<ChainDialect, AmmDialect> amm) {
    return kind.cast(amm.apply(chain));
  }

  Block head() {
    return talk.value(chain.head());
  }

  Token token(Contracts contract) {
    return talk.value(chain.token(world.at(contract)));
  }

  /** What the wallet has of each, and of the chain's own asset under the empty name. */
  Map<String, BigInteger> balances(List<Token> tokens) {
    Map<String, BigInteger> all = new TreeMap<>();
    all.put("", world.rpc.number("eth_getBalance", address, "latest"));
    for (Token token : tokens) {
      if (!token.isNative()) {
        all.put(token.address(), world.rpc.uint(token.address(), "balanceOf(address)", address));
      }
    }
    return all;
  }

  /** What was carried out, and by how much balances changed, gas aside. */
  record Done<T>(T result, Receipt receipt, Map<String, BigInteger> changes) {
    BigInteger change(Token token) {
      return changes.get(token.address());
    }
  }

  /** Lets what must be let, and carries out. */
  <T> Done<T> carryOut(Plan<T> plan, List<Token> watched) {
    for (Plan.Allowance allowance : plan.allowances()) {
      let(allowance);
    }
    Map<String, BigInteger> before = balances(watched);
    Receipt receipt = send(plan.draft());
    Map<String, BigInteger> changes = new LinkedHashMap<>();
    balances(watched).forEach((t, now) -> changes.put(t, now.subtract(before.get(t))));
    changes.merge("", receipt.cost(), BigInteger::add);
    return new Done<>(plan.result().apply(receipt), receipt, changes);
  }

  /** Exactly so much, and none first: some tokens want it so. */
  private void let(Plan.Allowance allowance) {
    Token token = allowance.amount().token();
    Address spender = Address.of(allowance.spender());
    BigInteger now = talk.value(chain.allowance(token, allowance.spender()));
    if (now.compareTo(allowance.amount().raw()) >= 0) {
      return;
    }
    for (BigInteger amount : List.of(BigInteger.ZERO, allowance.amount().raw())) {
      send(
          new TransactionDraft(
              "let",
              token.address(),
              BigInteger.ZERO,
              Tokens.APPROVE.encode(spender, amount),
              0,
              0));
    }
  }

  /** Sends what succeeds. */
  Receipt send(TransactionDraft draft) {
    long gas = talk.value(chain.estimate(draft));
    SignedTransaction signed =
        chain.sign(draft, talk.value(chain.nonce()), gas, talk.value(chain.gasPrice()));
    String hash = talk.value(chain.broadcast(signed, 0));
    world.anvil.mined(hash);
    Receipt receipt = talk.value(chain.receipt(hash)).orElseThrow();
    if (!receipt.succeeded()) {
      throw new AssertionError(draft + " failed");
    }
    return receipt;
  }
}
