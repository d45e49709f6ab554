package dev.colibri.examples.benchmarks;

import java.util.List;
import java.util.Locale;

/** Bars of figures as SVG, one group a figure, each to its own largest value. */
final class Plot {
  private static final int WIDTH = 860;
  private static final int LEFT = 220;
  private static final int BARS = 430;
  private static final int BAR = 16;
  private static final int STEP = 22;
  private static final int TITLE = 34;

  private Plot() {}

  /** A whole document. */
  static String svg(List<Figure> figures, String caption) {
    StringBuilder body = new StringBuilder();
    int y = 12;
    for (Figure figure : figures) {
      y += TITLE;
      text(body, 16, y - 10, "start", "bold", figure.title() + ", in " + figure.unit());
      double most = figure.everybody().stream().mapToDouble(figure::value).max().orElse(1);
      for (String who : figure.everybody()) {
        double value = figure.value(who);
        boolean ours = who.startsWith(Figure.OURS);
        int length = (int) Math.max(1, Math.round(BARS * value / most));
        text(body, LEFT - 8, y + BAR - 4, "end", ours ? "bold" : "normal", who);
        body.append(
            String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n",
                LEFT,
                y,
                length,
                BAR,
                ours ? "#0a7d5a" : "#9aa5b1"));
        text(body, LEFT + length + 8, y + BAR - 4, "start", "normal", label(figure, who));
        y += STEP;
      }
      y += 8;
    }
    text(body, 16, y + 16, "start", "normal", caption);
    return String.format(
        Locale.ROOT,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %1$d %2$d\" width=\"%1$d\""
            + " height=\"%2$d\" font-family=\"sans-serif\" font-size=\"13\">\n"
            + "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n%3$s</svg>\n",
        WIDTH,
        y + 32,
        body);
  }

  private static String label(Figure figure, String who) {
    String value = Figure.text(figure.value(who));
    boolean comparable = figure.everybody().contains(Figure.OURS) && !who.equals(Figure.OURS);
    return comparable ? value + "  (" + Figure.text(figure.ratio(who, Figure.OURS)) + "×)" : value;
  }

  private static void text(
      StringBuilder out, int x, int y, String anchor, String weight, String text) {
    out.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" font-weight=\"%s\" fill=\"#1f2933\">%s</text>\n",
            x,
            y,
            anchor,
            weight,
            text.replace("&", "&amp;").replace("<", "&lt;")));
  }
}
