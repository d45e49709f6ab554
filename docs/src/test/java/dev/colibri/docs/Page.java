package dev.colibri.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Markdown page: its code blocks, links and headings.
 *
 * @param file relative to the project's root
 * @param lines without line ends
 */
record Page(Path file, List<String> lines) {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final String FENCE = "```";

  /**
   * A code block.
   *
   * @param heading the second-level heading it stands under; empty for none
   * @param line the number of its first line, from 1
   */
  record Block(Path file, String language, String heading, int line, List<String> lines) {}

  /** Every page of the project, in order of path. */
  static List<Page> all() {
    List<Page> pages = new ArrayList<>();
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      Stream.concat(top, docs.filter(f -> !f.startsWith(ROOT.resolve("docs/target"))))
          .filter(f -> f.toString().endsWith(".md"))
          .sorted()
          .forEach(f -> pages.add(read(ROOT.relativize(f))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return pages;
  }

  /** What every module is made of, without its tests: by path, the text. */
  static Map<String, String> sources() {
    Map<String, String> sources = new TreeMap<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path main : modules.map(m -> m.resolve("src/main/java")).toList()) {
        if (Files.isDirectory(main)) {
          try (Stream<Path> files = Files.walk(main)) {
            for (Path f : files.filter(f -> f.toString().endsWith(".java")).toList()) {
              sources.put(ROOT.relativize(f).toString(), Files.readString(f));
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sources;
  }

  static Page read(Path file) {
    try {
      return new Page(file, Files.readAllLines(ROOT.resolve(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    String heading = "";
    Block open = null;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith(FENCE)) {
        if (open == null) {
          String language = line.substring(FENCE.length()).strip();
          open = new Block(file, language, heading, i + 2, new ArrayList<>());
        } else {
          blocks.add(open);
          open = null;
        }
      } else if (open != null) {
        open.lines().add(line);
      } else if (line.startsWith("## ")) {
        heading = line.substring(3);
      }
    }
    if (open != null) {
      throw new IllegalStateException(file + ":" + open.line() + " a block without an end");
    }
    return blocks;
  }

  /** The targets of links, and what they look like, outside of code. */
  List<String> links() {
    List<String> links = new ArrayList<>();
    for (String line : prose()) {
      Matcher m = LINK.matcher(line);
      while (m.find()) {
        links.add(m.group(1));
      }
    }
    return links;
  }

  /** The anchors that headings make. */
  List<String> anchors() {
    return prose().stream()
        .filter(line -> line.matches("#+ .*"))
        .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
        .map(text -> text.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }

  private List<String> prose() {
    List<String> prose = new ArrayList<>();
    boolean code = false;
    for (String line : lines) {
      if (line.startsWith(FENCE)) {
        code = !code;
      } else if (!code) {
        prose.add(line);
      }
    }
    return prose;
  }
}
