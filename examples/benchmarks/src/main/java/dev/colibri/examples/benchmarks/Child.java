package dev.colibri.examples.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program of this jar in a process of its own, which ends with its standard input. */
final class Child implements AutoCloseable {
  private static final String FIGURE = "figure ";
  private static final String JAVA = System.getProperty("java.home") + "/bin/java";
  private final Process process;
  private final BufferedReader out;

  private Child(List<String> options, Class<?> program, String heap, List<String> args)
      throws IOException {
    List<String> command =
        new ArrayList<>(List.of(JAVA, "-Xms" + heap, "-Xmx" + heap, "-XX:+UseSerialGC"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(args);
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** A server; gives the words of its first line through {@link #line}. */
  static Child server(String kind, int number) throws IOException {
    return new Child(
        List.of(), LoopbackServer.class, "512m", List.of(kind, Integer.toString(number)));
  }

  /** What a program measures. */
  static Map<String, Double> figures(Class<?> program, String... args) throws IOException {
    return figures(List.of(), program, args);
  }

  /** The same by a JVM with more options. */
  static Map<String, Double> figures(List<String> options, Class<?> program, String... args)
      throws IOException {
    Map<String, Double> figures = new LinkedHashMap<>();
    try (Child child = new Child(options, program, "1g", List.of(args))) {
      for (String line = child.line(); line != null; line = child.line()) {
        if (line.startsWith(FIGURE)) {
          String[] words = line.split(" ");
          figures.put(words[1], Long.parseLong(words[2]) / 1e3);
        }
      }
      if (child.process.waitFor() != 0) {
        throw new IllegalStateException(program.getSimpleName() + " failed: " + figures);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return figures;
  }

  /** Said by a program that measures; it travels in thousandths. */
  static void figure(String name, double value) {
    System.out.println(FIGURE + name + " " + Math.round(value * 1e3));
  }

  /** The next line; null at the end. */
  @Nullable String line() throws IOException {
    return out.readLine();
  }

  /** Lets a server begin to send. */
  void go() {
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
