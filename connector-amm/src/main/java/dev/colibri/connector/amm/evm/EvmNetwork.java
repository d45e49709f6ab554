package dev.colibri.connector.amm.evm;

import dev.colibri.connector.text.BaseUri;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chain as data: what it is, how to reach it, and what stands at well-known addresses. Immutable;
 * every word returns a new one.
 *
 * <p>The nodes that are named here are public ones, which promise nothing: whoever trades has nodes
 * of his own, and says them with {@link #nodes}. Written on 2026-11-23; no address was checked on
 * its chain.
 */
public final class EvmNetwork {

  /**
   * What stands at an address.
   *
   * @param name as in {@code multicall3}
   * @param checked whether somebody looked at what the chain has there
   * @param note what is odd or doubtful about it; empty for nothing
   */
  public record Known(String name, Address address, boolean checked, String note) {}

  private static final Address MULTICALL3 =
      Address.of("0xcA11bde05977b3631167028862bE2a173976CA11");

  /** Of the OP Stack: what it costs to post a transaction elsewhere. */
  private static final Address DATA_FEES = Address.of("0x420000000000000000000000000000000000000F");

  private static final Address PERMIT2 = Address.of("0x000000000022D473030F116dDEE9F6B43aC78BA3");

  /** Ethereum's main network. */
  public static final EvmNetwork MAINNET =
      of("ethereum", 1, "ETH")
          .common()
          .wrapped("WETH", "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2", "")
          .blocks(Duration.ofSeconds(12), 5)
          .tips("0.01", "20")
          .nodes("https://ethereum-rpc.publicnode.com", "https://eth.llamarpc.com")
          .stream("wss://ethereum-rpc.publicnode.com")
          // Tether's first contract.
          .resetFirst("0xdAC17F958D2ee523a2206206994597C13D831ec7");

  /** Base. */
  public static final EvmNetwork BASE =
      of("base", 8453, "ETH")
          .common()
          .dataFees()
          .wrapped("WETH", "0x4200000000000000000000000000000000000006", "")
          .blocks(Duration.ofSeconds(2), 10)
          .tips("0.001", "2")
          .nodes("https://mainnet.base.org", "https://base-rpc.publicnode.com")
          .stream("wss://base-rpc.publicnode.com");

  /** Arbitrum One. */
  public static final EvmNetwork ARBITRUM =
      of("arbitrum", 42161, "ETH")
          .common()
          .wrapped("WETH", "0x82aF49447D8a07e3bd95BD0d56f35241523fBab1", "")
          .blocks(Duration.ofMillis(250), 40)
          // Whoever orders transactions there does it by time, and takes no tip.
          .tips("0", "1")
          // What it costs to post it elsewhere is paid as gas.
          .transferGas(500_000)
          .nodes("https://arb1.arbitrum.io/rpc", "https://arbitrum-one-rpc.publicnode.com")
          .stream("wss://arbitrum-one-rpc.publicnode.com");

  /** OP Mainnet. */
  public static final EvmNetwork OPTIMISM =
      of("optimism", 10, "ETH")
          .common()
          .dataFees()
          .wrapped("WETH", "0x4200000000000000000000000000000000000006", "")
          .blocks(Duration.ofSeconds(2), 10)
          .tips("0.001", "2")
          .nodes("https://mainnet.optimism.io", "https://optimism-rpc.publicnode.com")
          .stream("wss://optimism-rpc.publicnode.com");

  /** Polygon's proof-of-stake chain. */
  public static final EvmNetwork POLYGON =
      of("polygon", 137, "POL")
          .common()
          .wrapped(
              "WPOL",
              "0x0d500B1d8E8eF31E21C99d1Db9A6444d3ADf1270",
              "elsewhere 0x7ceB23fD6bC0adD59E62ac25578270cFf1b9f619 is named, which is bridged WETH")
          .blocks(Duration.ofSeconds(2), 32)
          .tips("25", "2000")
          .nodes("https://polygon-rpc.com", "https://polygon-bor-rpc.publicnode.com")
          .stream("wss://polygon-bor-rpc.publicnode.com");

  /** BNB Smart Chain. */
  public static final EvmNetwork BSC =
      of("bsc", 56, "BNB")
          .common()
          .wrapped("WBNB", "0xbb4CdB9CBd36B01bD1cBaEBF2De08d9173bc095c", "")
          .blocks(Duration.ofMillis(750), 15)
          .tips("0.05", "20")
          .legacy()
          .nodes("https://bsc-dataseed.bnbchain.org", "https://bsc-rpc.publicnode.com")
          .stream("wss://bsc-rpc.publicnode.com");

  /** Avalanche's contract chain. */
  public static final EvmNetwork AVALANCHE =
      of("avalanche", 43114, "AVAX")
          .common()
          .wrapped("WAVAX", "0xB31f66AA3C1e785363F0875A1B74E27b85FD66c7", "")
          .blocks(Duration.ofMillis(1500), 2)
          .tips("0", "100")
          .nodes(
              "https://api.avax.network/ext/bc/C/rpc",
              "https://avalanche-c-chain-rpc.publicnode.com")
          .stream("wss://avalanche-c-chain-rpc.publicnode.com");

  /** Celo, whose own asset is a token as well: nothing is wrapped. */
  public static final EvmNetwork CELO =
      of("celo", 42220, "CELO")
          .common()
          .token("0x471EcE3750Da237f93B8E339c536989b8978a438")
          .blocks(Duration.ofSeconds(1), 10)
          .tips("0.001", "200")
          .nodes("https://forno.celo.org", "https://celo-rpc.publicnode.com")
          .stream("wss://celo-rpc.publicnode.com");

  /** Ethereum's test network. */
  public static final EvmNetwork SEPOLIA =
      of("sepolia", 11155111, "ETH")
          .common()
          .wrapped("WETH", "0xfFf9976782d46CC05630D1f6eBAb18b2324d6B14", "")
          .blocks(Duration.ofSeconds(12), 3)
          .tips("0.01", "20")
          .nodes("https://ethereum-sepolia-rpc.publicnode.com")
          .stream("wss://ethereum-sepolia-rpc.publicnode.com");

  private final String name;
  private final long chainId;
  private final String asset;
  private List<Known> known = List.of();
  private String wrappedSymbol = "";
  private Duration blockTime = Duration.ofSeconds(12);
  private int confirmations = 5;
  private boolean legacy;
  private BigInteger leastTip = BigInteger.ZERO;
  private BigInteger mostTip = gwei("20");
  private List<BaseUri> nodes = List.of();
  private @Nullable BaseUri stream;
  private @Nullable BaseUri privately;
  private List<Address> resetFirst = List.of();
  private List<Address> feeTakers = List.of();
  private long transferGas = 21_000;
  private int requestsPerSecond = 25;

  private EvmNetwork(String name, long chainId, String asset) {
    this.name = name;
    this.chainId = chainId;
    this.asset = asset;
  }

  /**
   * Another chain, of which nothing else is known.
   *
   * @param name small letters, digits and hyphens
   * @param asset what its own asset is called
   */
  public static EvmNetwork of(String name, long chainId, String asset) {
    if (!name.matches("[a-z][a-z0-9-]*") || chainId < 1 || asset.isBlank()) {
      throw new IllegalArgumentException("chain " + name + " " + chainId + " " + asset);
    }
    return new EvmNetwork(name, chainId, asset);
  }

  /** All that are known here. */
  public static List<EvmNetwork> all() {
    return List.of(MAINNET, BASE, ARBITRUM, OPTIMISM, POLYGON, BSC, AVALANCHE, CELO, SEPOLIA);
  }

  /** A copy, which the word that asked for it changes once before anyone else sees it. */
  private EvmNetwork copy() {
    EvmNetwork n = new EvmNetwork(name, chainId, asset);
    n.known = known;
    n.wrappedSymbol = wrappedSymbol;
    n.blockTime = blockTime;
    n.confirmations = confirmations;
    n.legacy = legacy;
    n.leastTip = leastTip;
    n.mostTip = mostTip;
    n.nodes = nodes;
    n.stream = stream;
    n.privately = privately;
    n.resetFirst = resetFirst;
    n.feeTakers = feeTakers;
    n.transferGas = transferGas;
    n.requestsPerSecond = requestsPerSecond;
    return n;
  }

  private EvmNetwork common() {
    return known("multicall3", MULTICALL3, "").known("permit2", PERMIT2, "");
  }

  private EvmNetwork dataFees() {
    return known("data-fees", DATA_FEES, "");
  }

  /** What stands at an address, not checked; takes the place of what had the name. */
  public EvmNetwork known(String name, Address address, String note) {
    EvmNetwork n = copy();
    List<Known> more = new ArrayList<>(known);
    more.removeIf(k -> k.name().equals(name));
    more.add(new Known(name, address, false, note));
    n.known = List.copyOf(more);
    return n;
  }

  /** The contract that makes the chain's own asset into a token, and back. */
  public EvmNetwork wrapped(String symbol, String address, String note) {
    EvmNetwork n = known("wrapped", Address.of(address), note);
    n.wrappedSymbol = symbol;
    return n;
  }

  private EvmNetwork token(String address) {
    return known("native-token", Address.of(address), "the chain's own asset itself");
  }

  /** How long a block takes, and how deep a transaction must be to count as final. */
  public EvmNetwork blocks(Duration time, int confirmations) {
    EvmNetwork n = copy();
    n.blockTime = time;
    n.confirmations = confirmations;
    return n;
  }

  /**
   * What is given to whoever makes the block for a unit of gas, in gwei, whatever nodes suggest: at
   * least, and at the most, because it is paid in full. On a chain with one price it bounds that.
   */
  public EvmNetwork tips(String least, String most) {
    EvmNetwork n = copy();
    n.leastTip = gwei(least);
    n.mostTip = gwei(most);
    if (n.leastTip.signum() < 0 || n.leastTip.compareTo(n.mostTip) > 0) {
      throw new IllegalArgumentException("tips of " + least + " to " + most);
    }
    return n;
  }

  private static BigInteger gwei(String amount) {
    return new java.math.BigDecimal(amount).movePointRight(9).toBigIntegerExact();
  }

  /** With one price of gas, as before EIP-1559. */
  public EvmNetwork legacy() {
    EvmNetwork n = copy();
    n.legacy = true;
    return n;
  }

  /**
   * The nodes that are asked, best first. One that does not answer, or is behind the others, is
   * passed over. A key may stand in the path, in the query, or as user and password before the
   * host: nothing but the host is ever shown.
   *
   * @throws IllegalArgumentException that does not quote it, when one is no address
   */
  public EvmNetwork nodes(String... uris) {
    EvmNetwork n = copy();
    n.nodes = Arrays.stream(uris).map(BaseUri::of).toList();
    if (n.nodes.isEmpty()) {
      throw new IllegalArgumentException("no node");
    }
    // Another's stream would be of another chain.
    n.stream = null;
    return n;
  }

  /** The node that tells of new blocks by WebSocket; without, the first one is asked for them. */
  public EvmNetwork stream(String uri) {
    EvmNetwork n = copy();
    n.stream = BaseUri.of(uri);
    return n;
  }

  /**
   * Where transactions are sent, and nowhere else: a relay that shows them to nobody before they
   * are in a block.
   */
  public EvmNetwork privately(String uri) {
    EvmNetwork n = copy();
    n.privately = BaseUri.of(uri);
    return n;
  }

  /** How much gas is enough to send nothing to a wallet; 21,000 unless said. */
  public EvmNetwork transferGas(long enough) {
    EvmNetwork n = copy();
    n.transferGas = enough;
    return n;
  }

  /**
   * Tokens of which less arrives than was sent, too. They are traded with where what arrives is
   * bounded, and refused by name elsewhere.
   */
  public EvmNetwork feeOnTransfer(String... tokens) {
    EvmNetwork n = copy();
    List<Address> more = new ArrayList<>(feeTakers);
    Arrays.stream(tokens).map(Address::of).forEach(more::add);
    n.feeTakers = List.copyOf(more);
    return n;
  }

  /** How many requests all nodes together are sent in a second; 25 unless said. */
  public EvmNetwork requestsPerSecond(int most) {
    EvmNetwork n = copy();
    n.requestsPerSecond = most;
    return n;
  }

  /** Tokens that let nobody take another amount than before, but none first. */
  public EvmNetwork resetFirst(String... tokens) {
    EvmNetwork n = copy();
    n.resetFirst = Arrays.stream(tokens).map(Address::of).toList();
    return n;
  }

  /** As in {@code base}. */
  public String name() {
    return name;
  }

  public long chainId() {
    return chainId;
  }

  /** What gas is paid in. */
  public String asset() {
    return asset;
  }

  /** What the token is called that the chain's own asset is made into; empty for none. */
  public String wrappedSymbol() {
    return wrappedSymbol;
  }

  /** What stands at well-known addresses. */
  public List<Known> known() {
    return known;
  }

  /** What stands there by that name; null where nothing is known to. */
  public @Nullable Address find(String name) {
    for (Known k : known) {
      if (k.name().equals(name)) {
        return k.address();
      }
    }
    return null;
  }

  public Duration blockTime() {
    return blockTime;
  }

  public int confirmations() {
    return confirmations;
  }

  public boolean isLegacy() {
    return legacy;
  }

  /** In wei. */
  public BigInteger leastTip() {
    return leastTip;
  }

  /** In wei. */
  public BigInteger mostTip() {
    return mostTip;
  }

  /** Best first. */
  public List<BaseUri> nodes() {
    return nodes;
  }

  /** Null for none. */
  public @Nullable BaseUri stream() {
    return stream;
  }

  /** Null where transactions are sent to the nodes. */
  public @Nullable BaseUri privately() {
    return privately;
  }

  /** Whether less of a token arrives than was sent, as far as it was said. */
  public boolean isFeeOnTransfer(Address token) {
    return feeTakers.contains(token);
  }

  /** Whether a token wants its allowance reset first. */
  boolean isResetFirst(Address token) {
    return resetFirst.contains(token);
  }

  public long transferGas() {
    return transferGas;
  }

  public int requestsPerSecond() {
    return requestsPerSecond;
  }

  @Override
  public String toString() {
    return name;
  }
}
