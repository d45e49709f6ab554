package dev.colibri.examples.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which jars come with one, by the tree of dependencies that the build wrote. */
final class Jars {
  /** Its depth, and what stands there: in parentheses where it is told of elsewhere. */
  private static final Pattern LINE =
      Pattern.compile("([ |+\\\\-]*)\\(?([\\w.-]+:[\\w.-]+):jar:(?:[\\w-]+:)?[^:]+:(\\w+).*");

  private Jars() {}

  /** An artifact and all that it needs at run time, each as group and name. */
  static Set<String> of(String artifact) {
    try (InputStream in = Jars.class.getResourceAsStream("/dependencies.txt")) {
      byte[] tree = Objects.requireNonNull(in, "the build wrote no tree").readAllBytes();
      return of(artifact, new String(tree, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Set<String> of(String artifact, String tree) {
    Map<String, Set<String>> needs = new TreeMap<>();
    Deque<String> path = new ArrayDeque<>();
    tree.lines()
        .skip(1)
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .filter(m -> m.group(3).equals("compile") || m.group(3).equals("runtime"))
        .forEach(
            m -> {
              while (path.size() >= m.group(1).length() / 3) {
                path.pop();
              }
              if (!path.isEmpty()) {
                needs.computeIfAbsent(path.peek(), name -> new TreeSet<>()).add(m.group(2));
              }
              path.push(m.group(2));
            });
    Set<String> jars = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>(Set.of(artifact));
    while (!open.isEmpty()) {
      String next = open.pop();
      if (jars.add(next)) {
        open.addAll(needs.getOrDefault(next, Set.of()));
      }
    }
    return jars;
  }
}
