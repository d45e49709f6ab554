package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.text.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node of its own on a free port, and what a test can make it do. It is not a node of the world:
 * any higher fee replaces a transaction, and one whose fee is below the base fee is refused at once
 * instead of waiting.
 */
public final class Anvil implements AutoCloseable {
  public static final long CHAIN = 31_337;
  private static final Pattern LISTENING = Pattern.compile("Listening on ([0-9.]+:[0-9]+)");
  private static final long LIMIT_SECONDS = 60;

  /**
   * Enough to walk through a whole pool that is empty. The same of all nodes: a state that is
   * loaded brings its own.
   */
  private static final String GAS_LIMIT = "1000000000";

  public final Rpc rpc;
  private final Process process;
  private final Thread end;

  /** An account whose key the node has. */
  public final String rich;

  /** How much gas its transactions may use: half of what a block may. */
  private final BigInteger gas;

  private Anvil(Process process, Thread end, Rpc rpc) {
    this.process = process;
    this.end = end;
    this.rpc = rpc;
    rich = rpc.send("eth_accounts").at(0).asText();
    Json block = rpc.send("eth_getBlockByNumber", "latest", false);
    gas = Rpc.number(block.get("gasLimit")).shiftRight(1);
  }

  public static Anvil start(String... options) {
    return start(Tools.anvil(), options);
  }

  private static Anvil start(Path program, String... options) {
    List<String> command = new ArrayList<>(List.of(program.toString(), "--port", "0"));
    command.addAll(List.of("--chain-id", Long.toString(CHAIN), "--accounts", "1"));
    command.addAll(List.of("--gas-limit", GAS_LIMIT));
    command.addAll(List.of(options));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread end = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(end);
    try {
      String address = listening(process).get(LIMIT_SECONDS, TimeUnit.SECONDS);
      return new Anvil(process, end, new Rpc("http://" + address));
    } catch (InterruptedException | ExecutionException | TimeoutException | RuntimeException e) {
      process.destroyForcibly();
      throw new IllegalStateException("anvil did not start", e);
    }
  }

  /** Reads on for ever: a node that cannot write what it does stands still. */
  private static CompletableFuture<String> listening(Process process) {
    CompletableFuture<String> found = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              StringBuilder said = new StringBuilder();
              try (BufferedReader lines =
                  new BufferedReader(
                      new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  Matcher m = LISTENING.matcher(line);
                  if (m.find()) {
                    found.complete(m.group(1));
                  } else if (!found.isDone()) {
                    said.append(line).append('\n');
                  }
                }
              } catch (IOException e) {
                said.append(e);
              }
              found.completeExceptionally(new IOException("it ended: " + said));
            },
            "anvil");
    reader.setDaemon(true);
    reader.start();
    return found;
  }

  public String url() {
    return rpc.url();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().removeShutdownHook(end);
  }

  // ---- state

  public String snapshot() {
    return rpc.send("evm_snapshot").asText();
  }

  /** Goes back; the snapshot is used up. What the next base fee was set to stays as it is. */
  public void revert(String snapshot) {
    if (!rpc.send("evm_revert", snapshot).asBool()) {
      throw new IllegalStateException("no snapshot " + snapshot);
    }
  }

  /** All accounts and contracts, for {@link #load}. */
  public String dump() {
    // Longer than what Json takes for a string.
    String reply = rpc.raw("anvil_dumpState");
    int from = reply.indexOf("\"0x") + 1;
    if (from == 0) {
      throw new IllegalStateException(reply);
    }
    return reply.substring(from, reply.indexOf('"', from));
  }

  public void load(String state) {
    if (!rpc.send("anvil_loadState", state).asBool()) {
      throw new IllegalStateException("the state was not taken");
    }
  }

  public void setBalance(String address, BigInteger wei) {
    rpc.send("anvil_setBalance", address, Rpc.hex(wei));
  }

  public void setCode(String address, byte[] code) {
    rpc.send("anvil_setCode", address, Rpc.hex(code));
  }

  // ---- blocks

  /** Whether every transaction gets a block at once; otherwise they wait for {@link #mine}. */
  public void automine(boolean on) {
    rpc.send("evm_setAutomine", on);
  }

  public void mine() {
    rpc.send("evm_mine");
  }

  public void mine(int blocks) {
    rpc.send("anvil_mine", Rpc.hex(blocks));
  }

  /** A block of a time, in seconds, or of the second after the latest one. */
  public void mineAt(long seconds) {
    rpc.send("evm_mine", Math.max(seconds, time() + 1));
  }

  /** Replaces the last blocks by empty ones; what was in them is gone. */
  public void reorg(int depth) {
    rpc.send("anvil_reorg", depth, List.of());
  }

  /** Forgets a transaction that waits. */
  public void drop(String hash) {
    rpc.send("anvil_dropTransaction", hash);
  }

  /** Forgets everything that waits. */
  public void dropAll() {
    rpc.send("anvil_dropAllTransactions");
  }

  public void nextBaseFee(BigInteger wei) {
    rpc.send("anvil_setNextBlockBaseFeePerGas", Rpc.hex(wei));
  }

  /** Moves the time of the next block on. */
  public void pass(long seconds) {
    rpc.send("evm_increaseTime", seconds);
  }

  /** The time of the latest block, in seconds. */
  public long time() {
    Json block = rpc.send("eth_getBlockByNumber", "latest", false);
    return Rpc.number(block.get("timestamp")).longValueExact();
  }

  // ---- transactions of accounts whose keys the node has

  /** Sends and waits until it is mined, whatever becomes of it. The receipt. */
  public Json sendAnyway(String from, String to, BigInteger wei, byte[] data) {
    // An estimate is of now, and what it is mined in is later.
    Map<String, ?> transaction =
        Map.of(
            "from",
            from,
            "to",
            to,
            "value",
            Rpc.hex(wei),
            "data",
            Rpc.hex(data),
            "gas",
            Rpc.hex(gas));
    return mined(rpc.send("eth_sendTransaction", transaction).asText());
  }

  /** Sends and expects it to succeed. The receipt. */
  public Json send(String from, String to, BigInteger wei, byte[] data) {
    return succeeded(sendAnyway(from, to, wei, data));
  }

  /** A function of a contract, called by the rich account. */
  public Json send(String to, String signature, Object... values) {
    return send(rich, to, BigInteger.ZERO, Abi.call(signature, values));
  }

  /** Puts a contract on the chain. */
  public String deploy(byte[] init, byte[] arguments) {
    byte[] data = Abi.concat(init, arguments);
    String hash =
        rpc.send("eth_sendTransaction", Map.of("from", rich, "data", Rpc.hex(data))).asText();
    return succeeded(mined(hash)).text("contractAddress");
  }

  /** The receipt of a mined transaction, or JSON's null. */
  public Json receipt(String hash) {
    return rpc.send("eth_getTransactionReceipt", hash);
  }

  /** The receipt of a transaction that is mined, or is about to be. */
  public Json mined(String hash) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    Json receipt = receipt(hash);
    while (receipt.isNull()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(hash + " is not mined");
      }
      receipt = receipt(hash);
    }
    return receipt;
  }

  /** Until the node has a transaction. */
  public void waiting(String hash) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (rpc.send("eth_getTransactionByHash", hash).isNull()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(hash + " has not arrived");
      }
    }
  }

  private Json succeeded(Json receipt) {
    if (!receipt.text("status").equals("0x1")) {
      throw new IllegalStateException(
          receipt.text("transactionHash") + " failed: " + why(receipt.text("transactionHash")));
    }
    return receipt;
  }

  /** What a transaction that failed says when it is tried in the block before. */
  private String why(String hash) {
    Json sent = rpc.send("eth_getTransactionByHash", hash);
    BigInteger before = Rpc.number(sent.get("blockNumber")).subtract(BigInteger.ONE);
    Map<String, String> call = new LinkedHashMap<>();
    for (String field : List.of("from", "to", "value", "input", "gas")) {
      if (sent.find(field) != null) {
        call.put(field, sent.text(field));
      }
    }
    try {
      return rpc.send("eth_call", call, Rpc.hex(before)).asText();
    } catch (Rpc.Refusal e) {
      return e.getMessage() + " " + e.data;
    }
  }
}
