package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.testkit.tape.Tape.Kind;
import dev.colibri.connector.testkit.tape.Tape.Line;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tape with the times at which its lines come when nothing goes wrong.
 *
 * @param played what happened then
 * @param steps the lines that make something happen, in order
 * @param answers of {@code out} lines
 * @param endNanos when it was over, since the tape began
 */
record Script(
    Tape tape, Played played, List<Step> steps, Map<Line, Answer> answers, long endNanos) {
  /** The time of lines that say how the venue is before the tape begins. */
  static final long BEFORE = -1;

  /**
   * A line that makes something happen.
   *
   * @param nanos when, since the tape began; {@link #BEFORE} for before that
   * @param line null for what happens by itself
   * @param outs what goes out because of it, if all goes well
   */
  record Step(long nanos, @Nullable Line line, List<Line> outs) {}

  /**
   * What answers a request.
   *
   * @param in the line that does
   * @param pauseMillis how long after the request
   */
  record Answer(Line in, long pauseMillis) {}

  /** Whether the tape begins with the start of a connector. */
  boolean begins() {
    return hasDone("start");
  }

  /** Whether the venue refuses by the mere status of a reply, which says that nothing was done. */
  boolean refusesByStatus() {
    return tape.lines().stream()
        .filter(l -> l.kind() == Kind.IN || l.kind() == Kind.ON)
        .map(l -> l.json().longOr("status", 200))
        .anyMatch(s -> s == 401 || s == 403 || s == 418 || s == 429 || s == 451);
  }

  /** Whether something is done on the tape. */
  boolean hasDone(String what) {
    return tape.lines().stream().anyMatch(l -> l.kind() == Kind.DO && l.what().startsWith(what));
  }
}
