package dev.colibri.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every {@code java} block of every page compiles, against the modules as they are now, and every
 * test that a page shows passes.
 *
 * <p>A block that declares a type at its left margin is a file; any other is the body of a method
 * of a class that extends {@link Given}. Both may use everything imported here, and say further
 * imports themselves. The blocks of a page are one package, so that they may use each other. Code
 * for other people's libraries is marked {@code java external} and not compiled, and what is quoted
 * {@code java from} a project of its own is compiled with it.
 */
class SnippetsTest {
  private static final List<String> IMPORTS =
      List.of(
          "dev.colibri.connector.*",
          "dev.colibri.connector.model.*",
          "dev.colibri.connector.spi.*",
          "dev.colibri.connector.text.*",
          "dev.colibri.connector.amm.contracts.V2Contracts",
          "dev.colibri.connector.amm.evm.EvmNetwork",
          "dev.colibri.connector.amm.evm.EvmWallet",
          "dev.colibri.connector.amm.pancakeswap.PancakeSwap",
          "dev.colibri.connector.amm.uniswap.Uniswap",
          "dev.colibri.connector.amm.v2.V2Fees",
          "dev.colibri.connector.perp.binance.BinancePerp",
          "dev.colibri.connector.perp.bybit.BybitPerp",
          "dev.colibri.connector.perp.hyperliquid.HyperliquidPerp",
          "dev.colibri.connector.perp.okx.OkxPerp",
          "dev.colibri.connector.spot.binance.Binance",
          "dev.colibri.connector.spot.bybit.Bybit",
          "dev.colibri.connector.spot.coinbase.Coinbase",
          "dev.colibri.connector.spot.gate.Gate",
          "dev.colibri.connector.spot.hyperliquid.Hyperliquid",
          "dev.colibri.connector.spot.kraken.Kraken",
          "dev.colibri.connector.spot.kucoin.Kucoin",
          "dev.colibri.connector.spot.okx.Okx",
          "dev.colibri.connector.testkit.Simulated",
          "dev.colibri.connector.testkit.exchange.EmbeddedExchange",
          "java.math.*",
          "java.net.URI",
          "java.time.*",
          "java.nio.file.Path",
          "java.util.*",
          "java.util.concurrent.*",
          "org.junit.jupiter.api.Test",
          "org.jspecify.annotations.Nullable",
          "static org.junit.jupiter.api.Assertions.*");

  private static final String TYPE = "(\\w+ )*(class|interface|record|enum) .*";

  /** A block as a file, whose lines are those of the block, one lower. */
  private static final class Source extends SimpleJavaFileObject {
    private final Page.Block block;
    private final String text;

    Source(Page.Block block) {
      super(
          URI.create("string:///" + folder(block) + "/Line" + block.line() + ".java"), Kind.SOURCE);
      this.block = block;
      this.text = text(block);
    }

    private static String folder(Page.Block block) {
      return "pages/" + block.file().toString().replaceAll("[^A-Za-z0-9]", "_");
    }

    private static String text(Page.Block block) {
      StringBuilder head = new StringBuilder("package " + folder(block).replace('/', '.') + "; ");
      IMPORTS.forEach(name -> head.append("import ").append(name).append("; "));
      StringBuilder body = new StringBuilder();
      for (String line : block.lines()) {
        if (line.startsWith("import ")) {
          head.append(line);
          line = "";
        }
        body.append(line).append('\n');
      }
      boolean declares = block.lines().stream().anyMatch(line -> line.matches(TYPE));
      return declares
          ? head + "\n" + body
          : head
              + "abstract class Line"
              + block.line()
              + " extends dev.colibri.docs.Given {"
              + " void snippet() throws Exception {\n"
              + body
              + "}}\n";
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }

    @Override
    public boolean isNameCompatible(String simpleName, Kind kind) {
      return true;
    }

    String at(Diagnostic<?> problem) {
      return block.file() + ":" + (block.line() + problem.getLineNumber() - 2);
    }
  }

  @Test
  void every_block_of_java_compiles_and_every_test_passes(@TempDir Path classes) throws Exception {
    List<Source> sources = new ArrayList<>();
    for (Page page : Page.all()) {
      for (Page.Block block : page.blocks()) {
        if (block.language().equals("java")) {
          sources.add(new Source(block));
        }
      }
    }
    assertTrue(sources.size() > 10, "only " + sources.size() + " blocks were found");

    assertEquals(List.of(), problems(sources, classes));
    assertTrue(run(classes) > 0, "no page shows a test");
  }

  /** Runs the tests among compiled classes, and counts them. */
  private static int run(Path classes) throws Exception {
    int count = 0;
    try (URLClassLoader loader =
            new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, SnippetsTest.class.getClassLoader());
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(f -> f.toString().endsWith("Test.class")).toList()) {
        String name = classes.relativize(file).toString().replaceAll("\\W", ".");
        Class<?> type = loader.loadClass(name.substring(0, name.length() - ".class".length()));
        for (Method method : type.getDeclaredMethods()) {
          if (method.isAnnotationPresent(Test.class)) {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            method.setAccessible(true);
            method.invoke(constructor.newInstance());
            count++;
          }
        }
      }
    }
    return count;
  }

  @Test
  void a_block_that_does_not_compile_is_named_with_its_line(@TempDir Path classes) {
    Page.Block wrong =
        new Page.Block(
            Path.of("docs/some.md"), "java", "", 40, List.of("var book = 1;", "book.bestBid();"));

    List<String> problems = problems(List.of(new Source(wrong)), classes);

    assertEquals(1, problems.size());
    assertTrue(problems.get(0).startsWith("docs/some.md:41 "), problems.get(0));
  }

  private static List<String> problems(List<Source> sources, Path classes) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertNotNull(compiler, "a JDK is needed, not only a runtime");
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-proc:none",
            "-Xlint:none",
            "--release",
            "17",
            "-d",
            classes.toString(),
            "-classpath",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    compiler.getTask(null, null, found, options, null, sources).call();
    List<String> problems = new ArrayList<>();
    for (Diagnostic<? extends JavaFileObject> problem : found.getDiagnostics()) {
      if (problem.getKind() == Diagnostic.Kind.ERROR) {
        String at = problem.getSource() instanceof Source s ? s.at(problem) : "";
        problems.add(at + " " + problem.getMessage(Locale.ROOT));
      }
    }
    return problems;
  }
}
