package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.amm.anvil.Contracts.Chain;
import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Json;
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
  static final int FEE = 3000;
  private static final String TRANSFER = Abi.topic("Transfer(address,address,uint256)");
  private static final BigInteger FAR = BigInteger.valueOf(4_102_444_800L);

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
    boolean sorted = base.compareTo(quote) < 0;
    String token0 = sorted ? base : quote;
    String token1 = sorted ? quote : base;
    for (String token : List.of(base, quote)) {
      for (Contracts spender : List.of(Contracts.V3_POSITIONS, Contracts.V3_SWAP_ROUTER)) {
        String approve = "approve(address,uint256)";
        anvil.send(token, approve, chain.at(spender), Contracts.MAX);
      }
    }
    String factory = chain.at(Contracts.V3_FACTORY);
    anvil.send(factory, "createPool(address,address,uint24)", token0, token1, FEE);
    String pool =
        chain.rpc.address(factory, "getPool(address,address,uint24)", token0, token1, FEE);
    anvil.send(pool, "initialize(uint160)", BigInteger.ONE.shiftLeft(96));
    BigInteger deep = BigInteger.TEN.pow(24);
    anvil.send(
        chain.at(Contracts.V3_POSITIONS),
        "mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,address,uint256))",
        List.of(token0, token1, FEE, -887_220, 887_220, deep, deep, 0, 0, anvil.rich, FAR));
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

  /** Moves the price down by a lot, before whatever waits. */
  void crash() {
    byte[] swap =
        Abi.call(
            "exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))",
            List.of(
                base,
                quote,
                FEE,
                anvil.rich,
                FAR,
                BigInteger.TEN.pow(23),
                BigInteger.ZERO,
                BigInteger.ZERO));
    anvil.rpc.send(
        "eth_sendTransaction",
        Map.of(
            "from",
            anvil.rich,
            "to",
            chain.at(Contracts.V3_SWAP_ROUTER),
            "data",
            Rpc.hex(swap),
            "gas",
            Rpc.hex(1_000_000),
            "maxFeePerGas",
            Rpc.hex(BigInteger.TEN.pow(12)),
            "maxPriorityFeePerGas",
            Rpc.hex(BigInteger.TEN.pow(11))));
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
