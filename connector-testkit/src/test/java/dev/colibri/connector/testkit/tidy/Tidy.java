package dev.colibri.connector.testkit.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The house rules, and the repository they are about. */
final class Tidy {
  /** All rules, in the order in which they are tested. */
  static final List<Rule> RULES =
      Stream.of(
              List.of(Arrows.OWN, Arrows.VENUE_OUTSIDE, Parts.PARTS, Tapes.TAPES),
              Calls.ALL,
              Texts.ALL)
          .flatMap(List::stream)
          .toList();

  /** What is built or belongs to a tool is not ours to judge. */
  private static final Set<String> FOREIGN_FOLDERS =
      Set.of(".git", "target", ".idea", ".vscode", ".settings");

  private Tidy() {}

  /** The folder that holds the parent POM, found from the module in which tests run. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("connector-api/pom.xml"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException("no folder above this one holds connector-api/pom.xml");
    }
    return folder;
  }

  /** Every text file below a root, sorted by path. */
  static List<Source> sources(Path root) {
    List<Source> all = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes a) {
              return FOREIGN_FOLDERS.contains(folder.getFileName().toString())
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
              // A work tree that is not the first has a file of this name.
              if (!file.getFileName().toString().equals(".git")) {
                String path = root.relativize(file).toString().replace('\\', '/');
                String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
                if (text.indexOf('\0') < 0) {
                  all.add(new Source(path, text));
                }
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    all.sort(Comparator.comparing(Source::path));
    return all;
  }
}
