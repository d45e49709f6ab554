package dev.colibri.connector.testkit.tidy;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file of the repository: its path from the root, with slashes, and its text. Immutable. */
final class Source {
  private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");

  private final String path;
  private final String text;
  private final String code;
  private final String spoken;

  Source(String path, String text) {
    this.path = path;
    this.text = text;
    this.code = isJava() ? JavaText.blank(text, true) : text;
    this.spoken = isJava() ? JavaText.blank(text, false) : text;
  }

  String path() {
    return path;
  }

  String text() {
    return text;
  }

  /** The text with comments and the contents of literals blanked; every offset stays the same. */
  String code() {
    return code;
  }

  /** The text with only the comments blanked. */
  String withoutComments() {
    return spoken;
  }

  List<String> lines() {
    return text.lines().toList();
  }

  boolean isJava() {
    return path.endsWith(".java");
  }

  boolean isMain() {
    return path.contains("src/main/");
  }

  /** The package that a Java file declares; empty where there is none. */
  String packageName() {
    Matcher m = PACKAGE.matcher(code);
    return m.find() ? m.group(1) : "";
  }

  /** The file's name without folders and extension. */
  String name() {
    String file = path.substring(path.lastIndexOf('/') + 1);
    int dot = file.indexOf('.');
    return dot < 0 ? file : file.substring(0, dot);
  }

  /** The number, from 1, of the line that holds an offset. */
  int line(int offset) {
    return 1 + (int) text.substring(0, offset).chars().filter(c -> c == '\n').count();
  }
}
