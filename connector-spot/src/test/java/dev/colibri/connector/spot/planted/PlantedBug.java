package dev.colibri.connector.spot.planted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A small mistake that is planted into the code, to see whether the net catches it.
 *
 * <pre>{@code
 * A lost reply to a new order is taken for a refusal.
 * pains: 2 5
 * caught-by: toy
 * file: connector-api/src/main/java/…/Trading.java
 * remove:
 *       orders.outcomeUnknown(id, context.now);
 * put:
 *       orders.notSent(id, "no reply", context.now);
 * }</pre>
 *
 * <p>Any number of {@code remove} and {@code put} may follow one another. Lines are compared
 * without the space around them, and must be found exactly once.
 *
 * @param name of its file, without the ending
 * @param what is wrong, in one sentence
 * @param pains of docs/planted-bugs.md that it stands for; may be empty
 * @param net what is to catch it: {@code toy}, {@code binance}, {@code binance-perp}, or {@code
 *     test} and a class
 * @param file whose code is changed, from the root of the repository
 * @param changes what is put in place of what
 */
record PlantedBug(
    String name, String what, List<Integer> pains, String net, String file, List<Change> changes) {

  /** Lines, and those in their place. */
  record Change(List<String> remove, List<String> put) {}

  /** Every bug of a directory, in order of their names. */
  static List<PlantedBug> all(Path directory) throws IOException {
    List<PlantedBug> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        all.add(read(file.getFileName().toString().replace(".bug", ""), Files.readString(file)));
      }
    }
    return all;
  }

  static PlantedBug read(String name, String text) {
    List<String> lines = text.lines().toList();
    Map<String, String> head = new TreeMap<>();
    List<Change> changes = new ArrayList<>();
    List<String> part = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      if (line.equals("remove:")) {
        part = new ArrayList<>();
        changes.add(new Change(part, new ArrayList<>()));
      } else if (line.equals("put:")) {
        part = changes.get(changes.size() - 1).put();
      } else if (changes.isEmpty()) {
        String[] sides = line.split(":\\s*", 2);
        head.put(sides[0], sides[1]);
      } else {
        part.add(line);
      }
    }
    String pains = head.getOrDefault("pains", "");
    return new PlantedBug(
        name,
        lines.get(0),
        pains.isEmpty() ? List.of() : Stream.of(pains.split(" ")).map(Integer::valueOf).toList(),
        head.getOrDefault("caught-by", ""),
        head.getOrDefault("file", ""),
        changes);
  }

  /**
   * The code with the mistake in it.
   *
   * @throws IllegalStateException when the code is not as it was when the bug was written
   */
  String plantInto(String code) {
    List<String> lines = new ArrayList<>(code.lines().toList());
    for (Change change : changes) {
      int at = find(lines, change.remove());
      lines.subList(at, at + change.remove().size()).clear();
      lines.addAll(at, change.put());
    }
    return String.join("\n", lines) + "\n";
  }

  private int find(List<String> lines, List<String> wanted) {
    int found = -1;
    for (int i = 0; i + wanted.size() <= lines.size(); i++) {
      if (isAt(i, lines, wanted)) {
        if (found >= 0) {
          throw new IllegalStateException(name + ": found more than once: " + wanted);
        }
        found = i;
      }
    }
    if (found < 0 || wanted.isEmpty()) {
      throw new IllegalStateException(name + ": not found: " + wanted);
    }
    return found;
  }

  private static boolean isAt(int at, List<String> lines, List<String> wanted) {
    for (int i = 0; i < wanted.size(); i++) {
      if (!lines.get(at + i).strip().equals(wanted.get(i).strip())) {
        return false;
      }
    }
    return true;
  }
}
