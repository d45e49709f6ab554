package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.amm.anvil.Contracts.Chain;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.EvmTransaction;
import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.Secp256k1;
import dev.colibri.connector.text.Secret;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A deep pool of two tokens on a chain, wallets that trade with it, and what the chain says of what
 * they did: it is the oracle, and not our own word.
 */
final class Market implements AutoCloseable {
  static final int FEE = 3_000;
  private static final String TRANSFER = Abi.topic("Transfer(address,address,uint256)");
  private static final MarketMaker MAKER = MarketMaker.UNISWAP_V3;

  /** Of ether, and of either token. */
  static final BigInteger FUNDS = BigInteger.TEN.pow(22);

  final Chain chain;
  final Anvil anvil;

  /** What is sold, and for what. */
  final String base;

  final String quote;

  /**
   * Something that a wallet did to a token.
   *
   * @param sold what left the wallet
   * @param got what came into it
   */
  record Effect(String hash, BigInteger sold, BigInteger got) {}

  Market(String... options) {
    chain = Contracts.start(options);
    anvil = chain.anvil;
    base = chain.at(Contracts.ALPHA);
    quote = chain.at(Contracts.BETA);
    BigInteger deep = BigInteger.TEN.pow(24);
    MAKER.pool(chain, Contracts.ALPHA, Contracts.BETA, deep, deep);
  }

  /** The key of a wallet that is known to nobody else, and has funds. */
  String key(int number, String address) {
    chain.fund(address, FUNDS);
    chain.give(Contracts.ALPHA, address, FUNDS);
    chain.give(Contracts.BETA, address, FUNDS);
    return key(number);
  }

  static String key(int number) {
    byte[] seed = ("wallet " + number).getBytes(StandardCharsets.US_ASCII);
    return Rpc.hex(Digest.keccak256(seed));
  }

  /** Lets the router take all that a wallet has of tokens. */
  void allow(int number, String address, String... tokens) {
    byte[] approve =
        Abi.call("approve(address,uint256)", chain.at(Contracts.V3_SWAP_ROUTER_02), Contracts.MAX);
    for (String token : tokens) {
      anvil.mined(sendAs(number, token, nonce(address), BigInteger.TEN.pow(10), approve));
    }
  }

  /**
   * What another program with a wallet's key does.
   *
   * @param gasPrice in wei, all of it for whoever makes the block
   * @return its hash
   */
  String sendAs(int number, String to, long nonce, BigInteger gasPrice, byte[] data) {
    EvmTransaction transaction =
        EvmTransaction.dynamic(
            Anvil.CHAIN, nonce, gasPrice, gasPrice, 100_000, Address.of(to), BigInteger.ZERO, data);
    Secp256k1 key = Secp256k1.hex(Secret.of(key(number)));
    byte[] signed = transaction.signed(key.sign(transaction.digest())).bytes();
    return chain.rpc.send("eth_sendRawTransaction", Rpc.hex(signed)).asText();
  }

  /** Moves the price down by a lot, before whatever waits. */
  void crash() {
    MAKER.sell(chain, Contracts.ALPHA, Contracts.BETA, BigInteger.TEN.pow(23));
  }

  // ---- what the chain says

  long head() {
    return chain.rpc.block();
  }

  /** How many transactions of a wallet are in the chain. */
  long nonce(String wallet) {
    return chain.rpc.number("eth_getTransactionCount", wallet, "latest").longValueExact();
  }

  /** Everything in which tokens left a wallet, oldest first. */
  List<Effect> effects(String wallet) {
    String topic = Rpc.hex(Abi.encode("(address)", wallet));
    Map<String, BigInteger[]> moved = new LinkedHashMap<>();
    for (boolean out : new boolean[] {true, false}) {
      List<Object> topics = new ArrayList<>(List.of(TRANSFER));
      if (out) {
        topics.add(topic);
      } else {
        topics.add(List.of());
        topics.add(topic);
      }
      Json logs =
          chain.rpc.send(
              "eth_getLogs",
              Map.of(
                  "fromBlock",
                  "0x0",
                  "toBlock",
                  "latest",
                  "address",
                  List.of(base, quote),
                  "topics",
                  topics));
      for (Json log : logs.items()) {
        String hash = log.text("transactionHash");
        if (!out && !moved.containsKey(hash)) {
          continue;
        }
        BigInteger[] both =
            moved.computeIfAbsent(hash, h -> new BigInteger[] {BigInteger.ZERO, BigInteger.ZERO});
        BigInteger amount = new BigInteger(1, Rpc.bytes(log.get("data")));
        int side = out ? 0 : 1;
        both[side] = both[side].add(amount);
      }
    }
    List<Effect> effects = new ArrayList<>();
    moved.forEach((hash, both) -> effects.add(new Effect(hash, both[0], both[1])));
    return effects;
  }

  /** What a mined transaction cost its sender. */
  BigInteger cost(String hash) {
    Json receipt = anvil.receipt(hash);
    return Rpc.number(receipt.get("gasUsed"))
        .multiply(Rpc.number(receipt.get("effectiveGasPrice")));
  }

  @Override
  public void close() {
    chain.close();
  }
}
