package dev.colibri.examples.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a run found, as a page and a plot. */
final class Report {
  private static final String BEGIN = "<!-- results: begin -->\n";
  private static final String END = "<!-- results: end -->\n";

  private final List<Figure> figures = new ArrayList<>();
  private final List<Goal> goals = new ArrayList<>();
  private final String caption;

  /**
   * Empty.
   *
   * @param caption how it was measured, in a line
   */
  Report(String caption) {
    this.caption = caption;
  }

  /** One more thing that was measured. */
  Figure figure(String name, String title, String unit) {
    Figure figure = new Figure(name, title, unit);
    figures.add(figure);
    return figure;
  }

  /** One more thing that is wanted. */
  void goal(Goal goal) {
    goals.add(goal);
  }

  List<Goal> goals() {
    return goals;
  }

  /** Tables in Markdown. */
  String tables() {
    StringBuilder out = new StringBuilder();
    out.append("| path | compared with | measured | wanted | dreamt of | reached |\n");
    out.append("|---|---|---|---|---|---|\n");
    for (Goal g : goals) {
      String reached = g.isWanted() ? g.isMet() ? "yes" : "no" : "";
      row(
          out,
          g.path(),
          g.rival(),
          g.measured(),
          g.bound(g.enough()),
          g.dream() == g.enough() ? "" : g.bound(g.dream()),
          reached);
    }
    out.append("\n| what | who | median | largest by smallest round | bytes allocated |\n");
    out.append("|---|---|---|---|---|\n");
    for (Figure f : figures) {
      for (String who : f.everybody()) {
        Double garbage = f.garbage(who);
        row(
            out,
            f.title(),
            who,
            Figure.text(f.value(who)) + " " + f.unit(),
            Figure.text(f.spread(who)),
            garbage == null ? "" : Figure.text(garbage));
      }
    }
    return out.append('\n').append(caption).append('\n').toString();
  }

  private static void row(StringBuilder out, String... cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  /** Lines for programs. */
  String lines() {
    return goals.stream().map(Goal::line).collect(Collectors.joining("\n"));
  }

  /**
   * Writes {@code performance.svg}, and the tables into {@code performance.md}: between its marks
   * where there is one.
   */
  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("performance.svg"), Plot.svg(figures, caption));
    Path page = folder.resolve("performance.md");
    String text = Files.exists(page) ? Files.readString(page) : BEGIN + END;
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException(page + " has no marks for results");
    }
    Files.writeString(
        page, text.substring(0, begin) + BEGIN + "\n" + tables() + "\n" + text.substring(end));
  }
}
