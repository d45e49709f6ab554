package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.Abi;
import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.AbiValues;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.Bytes;
import dev.colibri.connector.amm.evm.Talk;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;

/** A node with contracts that answer what they were told to; any other question reverts. */
final class ToldContracts implements Talk.Wire {
  private static final AbiFunction AGGREGATE =
      AbiFunction.of("aggregate3((address target, bool allowFailure, bytes callData)[] calls)");
  private static final Abi AGGREGATED = Abi.of("((bool success, bytes returnData)[] results)");

  private final Map<String, byte[]> answers = new LinkedHashMap<>();
  private final Map<String, byte[]> reverts = new LinkedHashMap<>();

  /** What the node says about logs, as a field of JSON. */
  Function<Json, String> logs = p -> "\"error\":{\"code\":-32601,\"message\":\"no such method\"}";

  /** What the node says is the latest block, as a field of JSON. */
  Supplier<String> head = () -> "\"result\":\"0x1\"";

  /** How many questions were asked of contracts, each by itself. */
  int asked;

  ToldContracts() {}

  /** As another one, to begin with. */
  ToldContracts(ToldContracts other) {
    answers.putAll(other.answers);
    reverts.putAll(other.reverts);
  }

  /** Makes something else of an answer: other bits, fewer bytes, more, or none. */
  void spoil(SplittableRandom random) {
    List<String> keys = List.copyOf(answers.keySet());
    String key = keys.get(random.nextInt(keys.size()));
    byte[] answer = answers.get(key).clone();
    switch (random.nextInt(5)) {
      case 0 -> random.nextBytes(answer);
      case 1 -> answer[random.nextInt(answer.length)] ^= (byte) (1 << random.nextInt(8));
      case 2 -> answer = Arrays.copyOf(answer, random.nextInt(answer.length));
      case 3 -> answer = Arrays.copyOf(answer, answer.length + 32);
      default -> answer = null;
    }
    answers.put(key, answer);
  }

  /** What a contract returns. */
  ToldContracts on(Address to, AbiFunction function, List<?> arguments, byte[] returned) {
    answers.put(to + Hex.encode(function.encode(arguments.toArray())), returned);
    return this;
  }

  /** What a contract returns when it is asked without arguments. */
  ToldContracts on(Address to, String declaration, String types, Object... values) {
    return on(to, AbiFunction.of(declaration), List.of(), Abi.of(types).encode(values));
  }

  /** What a contract reverts with. */
  ToldContracts reverts(Address to, AbiFunction function, List<?> arguments, byte[] with) {
    reverts.put(to + Hex.encode(function.encode(arguments.toArray())), with);
    return this;
  }

  @Override
  public Reply ask(String part, String body) {
    Json question = Json.parse(body);
    if (!question.isArray()) {
      return Talk.reply(200, answer(question));
    }
    List<String> all = new ArrayList<>();
    question.items().forEach(q -> all.add(answer(q)));
    return Talk.reply(200, "[" + String.join(",", all) + "]");
  }

  private String answer(Json question) {
    String begin = "{\"jsonrpc\":\"2.0\",\"id\":" + question.longValue("id") + ",";
    if (question.text("method").equals("eth_chainId")) {
      return begin + "\"result\":\"0x" + Long.toHexString(DialectTest.CHAIN) + "\"}";
    }
    if (question.text("method").equals("eth_getLogs")) {
      return begin + logs.apply(question.get("params").at(0)) + "}";
    }
    if (question.text("method").equals("eth_getBlockByNumber")) {
      return begin + head.get() + "}";
    }
    if (!question.text("method").equals("eth_call")) {
      return begin + "\"result\":\"0x1\"}";
    }
    Json call = question.get("params").at(0);
    byte[] data = Hex.decode(call.text("data"));
    if (AGGREGATE.matches(data)) {
      List<List<Object>> rows = new ArrayList<>();
      for (AbiValues row : AGGREGATE.arguments(data).list(0, AbiValues.class)) {
        byte[] returned = returned(row.address(0), row.bytes(2));
        byte[] reverted =
            reverts.getOrDefault(row.address(0) + Hex.encode(row.bytes(2)), new byte[0]);
        rows.add(List.of(returned != null, returned == null ? reverted : returned));
      }
      return begin + "\"result\":\"" + Bytes.hex(AGGREGATED.encode(rows)) + "\"}";
    }
    byte[] returned = returned(Address.of(call.text("to")), data);
    return begin
        + (returned == null
            ? "\"error\":{\"code\":3,\"message\":\"execution reverted\",\"data\":\"0x\"}}"
            : "\"result\":\"" + Bytes.hex(returned) + "\"}");
  }

  private byte[] returned(Address to, byte[] data) {
    asked++;
    return answers.get(to + Hex.encode(data));
  }
}
