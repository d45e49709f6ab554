package dev.colibri.examples.benchmarks;

import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.EvmTransaction;
import dev.colibri.connector.text.Secp256k1;
import dev.colibri.connector.text.Secret;
import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of a swap from its numbers to the bytes that travel; {@link #curve} is what the
 * signature alone takes of it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Signing {
  private static final AbiFunction SWAP =
      AbiFunction.of(
          "exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient,"
              + " uint256 amountIn, uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params)");
  private static final Address TOKEN = Address.of("0x4200000000000000000000000000000000000006");
  private static final Address ROUTER = Address.of("0x2626664c2603336E57B271c5C0b26F421741e481");
  private static final BigInteger GWEI = BigInteger.TEN.pow(9);

  private final Secp256k1 key = Secp256k1.hex(Secret.of("46".repeat(32)));
  private final byte[] digest = transaction().digest();
  private long nonce;

  private byte[] calldata() {
    return SWAP.encode(List.of(TOKEN, ROUTER, 500, TOKEN, GWEI, BigInteger.ONE, BigInteger.ZERO));
  }

  private EvmTransaction transaction() {
    return EvmTransaction.dynamic(
        8453, nonce++, GWEI, BigInteger.ONE, 200_000, ROUTER, BigInteger.ZERO, calldata());
  }

  /** All of it. */
  @Benchmark
  public byte[] swap() {
    EvmTransaction transaction = transaction();
    return transaction.signed(key.sign(transaction.digest())).bytes();
  }

  /** What the contract is told. */
  @Benchmark
  public byte[] encode() {
    return calldata();
  }

  /** The signature of a hash. */
  @Benchmark
  public Secp256k1.Signature curve() {
    return key.sign(digest);
  }
}
