package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The contracts that are on every chain of these tests, by name, deployed once and loaded from then
 * on. Real bytecode, as its makers published it, is all but:
 *
 * <ul>
 *   <li>{@code pancakeV2Router}: Uniswap's source, compiled with the fee and the pairs of Pancake;
 *   <li>{@code pancakeV3Deployer}, {@code pancakeV3Router}, {@code pancakeV3Quoter}: our own, the
 *       latter two on the published base contracts of Pancake;
 *   <li>the odd tokens.
 * </ul>
 */
public enum Contracts {
  WETH,
  /** Ordinary tokens of 18 digits. */
  ALPHA,
  BETA,
  GAMMA,
  /** Of 6 digits. */
  USDC,
  /** Of 6 digits; returns nothing, and an approval must be zero before it is another. */
  USDT,
  /** Keeps back 1 % of every transfer. */
  TAXED,
  /** Says its name in 32 bytes. */
  OLD,
  MULTICALL3,
  PERMIT2,
  V2_FACTORY,
  V2_ROUTER,
  V3_FACTORY,
  V3_SWAP_ROUTER,
  V3_SWAP_ROUTER_02,
  V3_QUOTER,
  V3_TICK_LENS,
  V3_POSITIONS,
  UNIVERSAL_ROUTER,
  PANCAKE_V2_FACTORY,
  PANCAKE_V2_ROUTER,
  PANCAKE_V3_DEPLOYER,
  PANCAKE_V3_FACTORY,
  PANCAKE_V3_ROUTER,
  PANCAKE_V3_QUOTER;

  public static final BigInteger E18 = BigInteger.TEN.pow(18);
  public static final BigInteger E6 = BigInteger.TEN.pow(6);
  public static final BigInteger MAX = BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);

  /** What the rich account has of every token, in whole ones. */
  public static final BigInteger SUPPLY = BigInteger.TEN.pow(21);

  public static final String NOBODY = "0x" + "0".repeat(40);

  private static final String ZEPPELIN = "@openzeppelin/contracts@4.9.6";
  private static final String V2_CORE = "@uniswap/v2-core@1.0.1";
  private static final String V2_PERIPHERY = "@uniswap/v2-periphery@1.1.0-beta.0";
  private static final String V3_CORE = "@uniswap/v3-core@1.0.1";
  private static final String V3_PERIPHERY = "@uniswap/v3-periphery@1.4.4";
  private static final String PANCAKE_V2 = "@pancakeswap-libs/pancake-swap-core@0.1.0";
  private static final String PANCAKE_V3 = "@pancakeswap/v3-core@1.0.2";
  private static final String V3_ARTIFACTS = "artifacts/contracts/";

  /** Where they stand on chains of the world, too. */
  private static final String PERMIT2_ADDRESS = "0x000000000022d473030f116ddee9f6b43ac78ba3";

  private static final String MULTICALL3_ADDRESS = "0xca11bde05977b3631167028862be2a173976ca11";

  /** Everything that decides what is deployed. */
  private static final List<String> SOURCES =
      List.of("packages.lock", "sol/Tokens.sol", "sol/Fork.sol");

  /** A chain with all of them, and nothing else, at the block that it begins with. */
  public static final class Chain implements AutoCloseable {
    public final Anvil anvil;
    public final Rpc rpc;
    private final Map<Contracts, String> addresses;

    private Chain(Anvil anvil, Map<Contracts, String> addresses) {
      this.anvil = anvil;
      this.rpc = anvil.rpc;
      this.addresses = addresses;
    }

    public String at(Contracts contract) {
      return addresses.get(contract);
    }

    @Override
    public void close() {
      anvil.close();
    }

    // ---- what tests do with tokens

    public BigInteger balance(Contracts token, String of) {
      return rpc.uint(at(token), "balanceOf(address)", of);
    }

    /** Gives of what the rich account has. */
    public void give(Contracts token, String to, BigInteger amount) {
      anvil.send(at(token), "transfer(address,uint256)", to, amount);
    }

    /** Gives ether's like. */
    public void fund(String to, BigInteger wei) {
      anvil.setBalance(to, wei);
    }
  }

  /** Starts a node that has them. */
  public static Chain start(String... options) {
    Anvil anvil = Anvil.start(options);
    try {
      return new Chain(anvil, deployedOn(anvil));
    } catch (RuntimeException e) {
      anvil.close();
      throw e;
    }
  }

  private static Map<Contracts, String> deployedOn(Anvil anvil) {
    Path kept = Npm.folder(V3_CORE).resolveSibling("state-" + fingerprint() + ".txt");
    try {
      if (Files.exists(kept)) {
        List<String> lines = Files.readAllLines(kept);
        anvil.load(lines.get(0));
        Map<Contracts, String> addresses = new TreeMap<>();
        for (Contracts c : values()) {
          addresses.put(c, lines.get(1 + c.ordinal()));
        }
        return addresses;
      }
      Map<Contracts, String> addresses = new Deployment(anvil).all();
      StringBuilder text = new StringBuilder(anvil.dump());
      for (Contracts c : values()) {
        text.append('\n').append(addresses.get(c));
      }
      Path written = Files.createTempFile(kept.getParent(), "state", ".txt");
      Files.writeString(written, text);
      Files.move(written, kept, StandardCopyOption.ATOMIC_MOVE);
      return addresses;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes with whatever could change the deployment, this code included. */
  private static String fingerprint() {
    byte[] all = {};
    for (String source : SOURCES) {
      all = Abi.concat(all, Npm.resource(source).getBytes(StandardCharsets.UTF_8));
    }
    for (Class<?> code : List.of(Anvil.class, Contracts.class, Deployment.class)) {
      String name = code.getName().substring(code.getPackageName().length() + 1) + ".class";
      try (InputStream in = code.getResourceAsStream(name)) {
        all = Abi.concat(all, in.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Hex.encode(Digest.sha256(all)).substring(0, 16);
  }

  private static final class Deployment {
    private final Anvil anvil;
    private final Map<Contracts, String> done = new LinkedHashMap<>();

    Deployment(Anvil anvil) {
      this.anvil = anvil;
    }

    Map<Contracts, String> all() {
      tokens();
      standing();
      uniswap();
      pancake();
      return done;
    }

    private String at(Contracts contract) {
      return done.get(contract);
    }

    private void deploy(Contracts contract, byte[] init, String types, Object... values) {
      done.put(contract, anvil.deploy(init, Abi.encode(types, values)));
    }

    private void tokens() {
      deploy(WETH, Bytecode.of("canonical-weth@1.4.0", "build/contracts/WETH9.json"), "()");
      byte[] ordinary = Bytecode.of(ZEPPELIN, "build/contracts/ERC20PresetFixedSupply.json");
      BigInteger supply = SUPPLY.multiply(E18);
      for (Contracts c : List.of(ALPHA, BETA, GAMMA)) {
        String types = "(string,string,uint256,address)";
        deploy(c, ordinary, types, c.name(), c.name(), supply, anvil.rich);
      }
      Map<String, byte[]> odd =
          Bytecode.compiled(List.of("sol/Tokens.sol"), UnaryOperator.identity());
      byte[] named = odd.get("NamedToken");
      String types = "(string,uint256,uint8,uint256,bool,bool)";
      deploy(USDC, named, types, "USDC", SUPPLY.multiply(E6), 6, 0, false, false);
      deploy(USDT, named, types, "USDT", SUPPLY.multiply(E6), 6, 0, true, true);
      deploy(TAXED, named, types, "TAXED", supply, 18, 100, false, false);
      byte[] name = "OLD".getBytes(StandardCharsets.US_ASCII);
      deploy(OLD, odd.get("OldToken"), "(bytes32,uint256)", name, supply);
    }

    /** What stands at one address on every chain. */
    private void standing() {
      byte[] init =
          Bytecode.literal(
              "viem@2.57.20", "_cjs/constants/contracts.js", "multicall3Bytecode = '0x", '\'');
      String deployed = anvil.deploy(init, new byte[0]);
      place(MULTICALL3, MULTICALL3_ADDRESS, code(deployed));
      place(
          PERMIT2,
          PERMIT2_ADDRESS,
          reckoning(
              Bytecode.literal(
                  "@uniswap/v4-periphery@1.0.3",
                  "lib/permit2/test/utils/DeployPermit2.sol",
                  "hex\"",
                  '"')));
    }

    /**
     * Permit2 as published remembers what is signed for on a chain of this number, and at another
     * address than here: with another number it reckons it, as on chains of the world.
     */
    private static byte[] reckoning(byte[] code) {
      String chain = "7f" + "0".repeat(60) + "7a69";
      String text = Hex.encode(code);
      int at = text.indexOf(chain);
      if (at < 0 || text.indexOf(chain, at + 1) >= 0) {
        throw new IllegalStateException("another Permit2 than was expected");
      }
      return Hex.decode(text.replace(chain, "7f" + "0".repeat(64)));
    }

    private void place(Contracts contract, String address, byte[] code) {
      anvil.setCode(address, code);
      done.put(contract, address);
    }

    private byte[] code(String address) {
      return Rpc.bytes(anvil.rpc.send("eth_getCode", address, "latest"));
    }

    private void uniswap() {
      byte[] pair = Bytecode.of(V2_CORE, "build/UniswapV2Pair.json");
      deploy(
          V2_FACTORY, Bytecode.of(V2_CORE, "build/UniswapV2Factory.json"), "(address)", anvil.rich);
      deploy(
          V2_ROUTER,
          Bytecode.of(V2_PERIPHERY, "build/UniswapV2Router02.json"),
          "(address,address)",
          at(V2_FACTORY),
          at(WETH));
      byte[] pool = v3(V3_CORE, "UniswapV3Pool");
      deploy(V3_FACTORY, v3(V3_CORE, "UniswapV3Factory"), "()");
      // As the owner of the one on chains of the world did.
      anvil.send(at(V3_FACTORY), "enableFeeAmount(uint24,int24)", 100, 1);
      String two = "(address,address)";
      deploy(V3_SWAP_ROUTER, v3(V3_PERIPHERY, "SwapRouter"), two, at(V3_FACTORY), at(WETH));
      deploy(V3_QUOTER, v3(V3_PERIPHERY, "lens/QuoterV2"), two, at(V3_FACTORY), at(WETH));
      deploy(V3_TICK_LENS, v3(V3_PERIPHERY, "lens/TickLens"), "()");
      // It would draw pictures of positions.
      String descriptor = NOBODY;
      deploy(
          V3_POSITIONS,
          v3(V3_PERIPHERY, "NonfungiblePositionManager"),
          "(address,address,address)",
          at(V3_FACTORY),
          at(WETH),
          descriptor);
      deploy(
          V3_SWAP_ROUTER_02,
          v3("@uniswap/swap-router-contracts@1.3.1", "SwapRouter02"),
          "(address,address,address,address)",
          at(V2_FACTORY),
          at(V3_FACTORY),
          at(V3_POSITIONS),
          at(WETH));
      // The last three are of V4, which is not here, and of bridges.
      deploy(
          UNIVERSAL_ROUTER,
          v3("@uniswap/universal-router@2.1.0", "UniversalRouter"),
          "((address,address,address,address,bytes32,bytes32,address,address,address,address))",
          List.of(
              at(PERMIT2),
              at(WETH),
              at(V2_FACTORY),
              at(V3_FACTORY),
              Digest.keccak256(pair),
              Digest.keccak256(pool),
              NOBODY,
              at(V3_POSITIONS),
              NOBODY,
              NOBODY));
    }

    private static byte[] v3(String spec, String contract) {
      String name = contract.substring(contract.lastIndexOf('/') + 1);
      return Bytecode.of(spec, V3_ARTIFACTS + contract + ".sol/" + name + ".json");
    }

    private void pancake() {
      byte[] pair = Bytecode.of(PANCAKE_V2, "build/PancakePair.json");
      deploy(
          PANCAKE_V2_FACTORY,
          Bytecode.of(PANCAKE_V2, "build/PancakeFactory.json"),
          "(address)",
          anvil.rich);
      String router = "@uniswap/v2-periphery/contracts/UniswapV2Router02.sol";
      String hash = Hex.encode(Digest.keccak256(pair));
      Map<String, byte[]> routers =
          Bytecode.compiled(List.of(router), source -> ofPancake(source, hash));
      deploy(
          PANCAKE_V2_ROUTER,
          routers.get("UniswapV2Router02"),
          "(address,address)",
          at(PANCAKE_V2_FACTORY),
          at(WETH));

      Map<String, byte[]> own =
          Bytecode.compiled(List.of("sol/Fork.sol"), UnaryOperator.identity());
      byte[] pool = v3(PANCAKE_V3, "PancakeV3Pool");
      String holder = anvil.deploy(Bytecode.holding(pool), new byte[0]);
      deploy(PANCAKE_V3_DEPLOYER, own.get("Deployer"), "(address)", holder);
      deploy(
          PANCAKE_V3_FACTORY,
          v3(PANCAKE_V3, "PancakeV3Factory"),
          "(address)",
          at(PANCAKE_V3_DEPLOYER));
      for (Contracts c : List.of(PANCAKE_V3_ROUTER, PANCAKE_V3_QUOTER)) {
        deploy(
            c,
            own.get(c == PANCAKE_V3_ROUTER ? "Router" : "Quoter"),
            "(address,address,address)",
            at(PANCAKE_V3_DEPLOYER),
            at(PANCAKE_V3_FACTORY),
            at(WETH));
      }
    }

    /** 0.25 % instead of 0.3 %, other pairs, and what a newer compiler wants otherwise. */
    private static String ofPancake(String source, String pair) {
      return source
          .replace("pragma solidity =0.6.6;", "pragma solidity >=0.6.6;")
          .replace("external pure returns (address)", "external view returns (address)")
          .replace("mul(997)", "mul(9975)")
          .replace("mul(1000)", "mul(10000)")
          .replaceAll("hex'[0-9a-f]{64}'", "hex'" + pair + "'");
    }
  }
}
