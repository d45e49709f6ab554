package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where contracts come from: packages that have them compiled, and sources that are compiled. */
final class Bytecode {
  private static final String COMPILER = "solc@0.7.6";
  private static final Pattern IMPORT = Pattern.compile("import\\s+['\"]([^'\"]+)['\"]");

  /** Whose sources are imported, by the beginning of what imports say. */
  private static final Map<String, String> SOURCES = new LinkedHashMap<>();

  static {
    SOURCES.put("@openzeppelin/contracts/", "@openzeppelin/contracts@3.4.2-solc-0.7");
    SOURCES.put("@uniswap/lib/", "@uniswap/lib@4.0.1-alpha");
    SOURCES.put("@uniswap/v2-core/", "@uniswap/v2-core@1.0.1");
    SOURCES.put("@uniswap/v2-periphery/", "@uniswap/v2-periphery@1.1.0-beta.0");
    SOURCES.put("@pancakeswap/v3-core/", "@pancakeswap/v3-core@1.0.2");
    SOURCES.put("@pancakeswap/v3-periphery/", "@pancakeswap/v3-periphery@1.0.3");
  }

  private Bytecode() {}

  /** What deploys a contract that a package has compiled. */
  static byte[] of(String spec, String path) {
    Json bytecode = Json.parse(Npm.text(spec, path)).get("bytecode");
    String hex = bytecode.isObject() ? bytecode.text("object") : bytecode.asText();
    // A library's place that is still open is no hexadecimal digit.
    return Hex.decode(hex.substring(hex.startsWith("0x") ? 2 : 0));
  }

  /** A literal of a source file, between what stands before it and the next of that quote. */
  static byte[] literal(String spec, String path, String before, char quote) {
    String text = Npm.text(spec, path);
    int from = text.indexOf(before) + before.length();
    return Hex.decode(text.substring(from, text.indexOf(quote, from)));
  }

  /** Code that leaves other code behind as a contract's, to be read and not to be run. */
  static byte[] holding(byte[] code) {
    byte[] size = {(byte) (code.length >> 8), (byte) code.length};
    String length = Hex.encode(size);
    // PUSH2 length, PUSH1 14, PUSH1 0, CODECOPY; PUSH2 length, PUSH1 0, RETURN.
    return Abi.concat(Hex.decode("61" + length + "600e60003961" + length + "6000f3"), code);
  }

  /**
   * Compiles sources; what deploys each contract, by its name.
   *
   * @param names of files among the resources of these tests, or as imports say
   * @param change what becomes of each source before it is compiled
   */
  static Map<String, byte[]> compiled(List<String> names, UnaryOperator<String> change) {
    Map<String, Object> sources = new LinkedHashMap<>();
    names.forEach(name -> add(name, change, sources));
    Map<String, Object> wanted = new LinkedHashMap<>();
    names.forEach(name -> wanted.put(name, Map.of("*", List.of("evm.bytecode.object"))));
    Map<String, Object> optimizer = new LinkedHashMap<>();
    optimizer.put("enabled", true);
    optimizer.put("runs", 200);
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("optimizer", optimizer);
    settings.put("outputSelection", wanted);
    Map<String, Object> input = new LinkedHashMap<>();
    input.put("language", "Solidity");
    input.put("sources", sources);
    input.put("settings", settings);
    Json output = Json.parse(compile(Rpc.json(input)));
    Map<String, byte[]> contracts = new LinkedHashMap<>();
    for (String name : names) {
      Json file = output.find("contracts") == null ? null : output.get("contracts").find(name);
      if (file == null) {
        throw new IllegalStateException("not compiled: " + errors(output));
      }
      file.fields()
          .forEach(
              (contract, compiled) -> {
                String hex = compiled.get("evm").get("bytecode").text("object");
                if (!hex.isEmpty()) {
                  contracts.put(contract, Hex.decode(hex));
                }
              });
    }
    return contracts;
  }

  private static String errors(Json output) {
    StringBuilder all = new StringBuilder();
    for (Json error : output.get("errors").items()) {
      if (error.text("severity").equals("error")) {
        all.append(error.text("formattedMessage")).append('\n');
      }
    }
    return all.toString();
  }

  private static void add(String name, UnaryOperator<String> change, Map<String, Object> sources) {
    if (sources.containsKey(name)) {
      return;
    }
    String text = change.apply(source(name));
    sources.put(name, Map.of("content", text));
    Matcher m = IMPORT.matcher(text);
    while (m.find()) {
      String target = m.group(1);
      add(
          target.startsWith(".")
              ? Path.of(name).resolveSibling(target).normalize().toString().replace('\\', '/')
              : target,
          change,
          sources);
    }
  }

  private static String source(String name) {
    for (Map.Entry<String, String> e : SOURCES.entrySet()) {
      if (name.startsWith(e.getKey())) {
        return Npm.text(e.getValue(), name.substring(e.getKey().length()));
      }
    }
    return Npm.resource(name);
  }

  /** The compiler is JavaScript, and takes seconds: what it said once is kept. */
  private static String compile(String input) {
    byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
    Path folder = Npm.folder(COMPILER).resolveSibling("compiled");
    Path kept = folder.resolve(Hex.encode(Digest.sha256(bytes)) + ".json");
    try {
      if (Files.exists(kept)) {
        return Files.readString(kept);
      }
      Files.createDirectories(folder);
      Path script = Files.createTempFile(folder, "solc", ".js");
      Path output = Files.createTempFile(folder, "solc", ".json");
      Files.writeString(script, Npm.resource("solc.js"));
      Process node =
          new ProcessBuilder("node", script.toString(), Npm.file(COMPILER, "soljson.js").toString())
              .redirectOutput(output.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (OutputStream in = node.getOutputStream()) {
        in.write(bytes);
      }
      int code = node.waitFor();
      Files.delete(script);
      if (code != 0) {
        throw new IllegalStateException("the compiler ended with " + code);
      }
      Files.move(output, kept, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      return Files.readString(kept);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
