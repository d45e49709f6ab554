package dev.colibri.examples.recorder;

import java.io.PrintStream;

/** How far something is: drawn in place on a terminal, now and then a line anywhere else. */
final class Progress {
  private static final int BAR = 32;
  private static final String CLEAR_TO_END_OF_LINE = "\033[K";
  private static final long FRAME_NANOS = 100_000_000L;
  private static final long LINE_NANOS = 2_000_000_000L;

  private final PrintStream out;
  private final boolean terminal;
  private long shown;
  private boolean drawn;

  /**
   * A display.
   *
   * @param terminal whether {@code out} can be drawn upon
   */
  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
    shown = System.nanoTime();
  }

  static boolean isTerminal() {
    return System.console() != null && System.getenv("TERM") != null;
  }

  /** Shows a share of the whole, unless it was shown a moment ago. */
  void show(int percent, String text) {
    if (!isDue()) {
      return;
    }
    int full = percent * BAR / 100;
    draw(
        terminal
            ? "[" + "#".repeat(full) + "-".repeat(BAR - full) + "] " + text
            : percent + " %, " + text);
  }

  /** Shows what has no known end, unless it was shown a moment ago. */
  void show(String text) {
    if (isDue()) {
      draw(text);
    }
  }

  private boolean isDue() {
    long now = System.nanoTime();
    if (now - shown < (terminal ? FRAME_NANOS : LINE_NANOS)) {
      return false;
    }
    shown = now;
    return true;
  }

  private void draw(String text) {
    if (terminal) {
      out.print("\r" + text + CLEAR_TO_END_OF_LINE);
      out.flush();
      drawn = true;
    } else {
      out.println(text);
    }
  }

  /** Makes room for lines. */
  void end() {
    if (drawn) {
      out.println();
      drawn = false;
    }
  }
}
